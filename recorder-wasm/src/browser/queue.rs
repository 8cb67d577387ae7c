//! A queue within the page's one thread.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::task::{Poll, Waker};

/// What is put in at one end comes out at the other, in order.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    items: RefCell<Vec<T>>,
    waiting: RefCell<Option<Waker>>,
    is_closed: Cell<bool>,
}

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        Self { items: RefCell::new(Vec::new()), waiting: RefCell::new(None), is_closed: Cell::new(false) }
    }

    /// Puts something in; one that is closed takes no more.
    pub(crate) fn put(&self, item: T) {
        if !self.is_closed.get() {
            self.items.borrow_mut().push(item);
            self.wake();
        }
    }

    /// Nothing more comes; what is in it still comes out.
    pub(crate) fn close(&self) {
        self.is_closed.set(true);
        self.wake();
    }

    /// Waits for the next; nothing when it is closed and empty. Only one may wait at a time.
    pub(crate) fn next(&self) -> impl Future<Output = Option<T>> {
        poll_fn(|context| {
            let mut items = self.items.borrow_mut();
            if items.is_empty() && !self.is_closed.get() {
                *self.waiting.borrow_mut() = Some(context.waker().clone());
                return Poll::Pending;
            }
            // There are few: as many as the disk is behind.
            Poll::Ready((!items.is_empty()).then(|| items.remove(0)))
        })
    }

    fn wake(&self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Wake};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicU32);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn poll(queue: &Queue<u32>, woken: &Arc<Woken>) -> Poll<Option<u32>> {
        let waker = Waker::from(Arc::clone(woken));
        pin!(queue.next()).poll(&mut Context::from_waker(&waker))
    }

    #[test]
    fn what_is_put_in_wakes_and_comes_out_in_order() {
        let (queue, woken) = (Queue::new(), Arc::default());
        assert_eq!(poll(&queue, &woken), Poll::Pending);
        queue.put(1);
        queue.put(2);
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        assert_eq!(poll(&queue, &woken), Poll::Ready(Some(1)));
        assert_eq!(poll(&queue, &woken), Poll::Ready(Some(2)));
        assert_eq!(poll(&queue, &woken), Poll::Pending);
    }

    #[test]
    fn one_that_is_closed_gives_what_it_has_and_ends() {
        let (queue, woken) = (Queue::new(), Arc::default());
        queue.put(1);
        queue.close();
        queue.put(2);
        assert_eq!(poll(&queue, &woken), Poll::Ready(Some(1)));
        assert_eq!(poll(&queue, &woken), Poll::Ready(None));
        let empty = Queue::new();
        assert_eq!(poll(&empty, &woken), Poll::Pending);
        empty.close();
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        assert_eq!(poll(&empty, &woken), Poll::Ready(None));
    }
}
