//! In which order recordings are listed, and which of them are about to be deleted.

/// What decides where a recording stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What it has in common with those that were made together.
    pub group: Option<String>,
    /// It came to its end.
    pub finished: bool,
    /// The person deleted it, and may still take that back.
    pub hidden: bool,
}

/// The rows of the library, each by the numbers of its recordings: interrupted ones first, then the others in the order
/// given; those that were made together share a row.
#[must_use]
pub fn rows(listed: &[Listed]) -> Vec<Vec<usize>> {
    let seen = || listed.iter().enumerate().filter(|(_, one)| !one.hidden);
    let interrupted = seen().filter(|(_, one)| !one.finished).map(|(index, _)| vec![index]);
    let mut rows: Vec<Vec<usize>> = interrupted.collect();
    for (index, one) in seen().filter(|(_, one)| one.finished) {
        let mate = one.group.as_ref().and_then(|_| {
            rows.iter_mut().find(|row| {
                row.first()
                    .and_then(|first| listed.get(*first))
                    .is_some_and(|first| first.finished && first.group == one.group)
            })
        });
        match mate {
            Some(row) => row.push(index),
            None => rows.push(vec![index]),
        }
    }
    rows
}

/// Deletions that may still be taken back, each with the number of the message that says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deletions {
    waiting: Vec<Vec<String>>,
}

impl Deletions {
    /// These were deleted together.
    pub fn add(&mut self, ids: Vec<String>) {
        if !self.waiting.contains(&ids) {
            self.waiting.push(ids);
        }
    }

    /// Whether a recording is about to be deleted.
    #[must_use]
    pub fn hides(&self, id: &str) -> bool {
        self.waiting.iter().flatten().any(|waiting| waiting == id)
    }

    /// The person took it back. Whether there was something to take back.
    pub fn undo(&mut self, ids: &[String]) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting != ids);
        before != self.waiting.len()
    }

    /// Those that nobody can take back any more, because nothing says so any more; they are no longer waiting.
    pub fn due(&mut self, still_said: impl Fn(&[String]) -> bool) -> Vec<String> {
        let (due, waiting): (Vec<Vec<String>>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(|ids| !still_said(ids));
        self.waiting = waiting;
        due.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: &str, group: Option<&str>, finished: bool) -> Listed {
        Listed { id: id.into(), group: group.map(str::to_owned), finished, hidden: false }
    }

    #[test]
    fn interrupted_ones_stand_on_top_and_what_was_made_together_in_one_row() {
        let mut all = vec![
            listed("new", None, true),
            listed("a", Some("g"), true),
            listed("b", Some("g"), true),
            listed("cut", Some("g"), false),
            listed("old", None, true),
            listed("c", Some("h"), true),
        ];
        assert_eq!(rows(&all), [vec![3], vec![0], vec![1, 2], vec![4], vec![5]]);
        all[0].hidden = true;
        all[1].hidden = true;
        assert_eq!(rows(&all), [vec![3], vec![2], vec![4], vec![5]]);
        assert_eq!(rows(&[]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_deletion_waits_until_nothing_offers_to_take_it_back() {
        let ids = |id: &str| vec![id.to_owned()];
        let mut deletions = Deletions::default();
        deletions.add(ids("a"));
        deletions.add(ids("b"));
        deletions.add(ids("a"));
        assert!(deletions.hides("a") && !deletions.hides("c"));
        assert_eq!(deletions.due(|_| true), Vec::<String>::new());
        assert!(deletions.undo(&ids("a")) && !deletions.hides("a"));
        assert!(!deletions.undo(&ids("a")), "once is enough");
        assert_eq!(deletions.due(|_| false), ["b"]);
        assert_eq!(deletions.due(|_| false), Vec::<String>::new(), "each is deleted once");
    }
}
