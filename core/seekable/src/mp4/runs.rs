//! Numbers in a row, packed: a value is stored once however often it repeats, and in as few bytes as it needs.

/// Values, each with how often it comes in a row.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    packed: Vec<u8>,
    /// Runs in `packed`.
    count: u32,
    /// The run that may still grow.
    value: u64,
    length: u32,
}

impl Runs {
    /// Adds a value, below 2^63.
    pub(crate) fn push(&mut self, value: u64) {
        if self.value == value && self.length > 0 && self.length < u32::MAX {
            self.length += 1;
            return;
        }
        if self.length > 0 {
            // The lowest bit says whether a length follows.
            put_varint(&mut self.packed, self.value << 1 | u64::from(self.length > 1));
            if self.length > 1 {
                put_varint(&mut self.packed, u64::from(self.length));
            }
            self.count += 1;
        }
        self.value = value;
        self.length = 1;
    }

    /// Adds a value that may be negative; its size is below 2^62.
    pub(crate) fn push_signed(&mut self, value: i64) {
        self.push(((value << 1) ^ (value >> 63)) as u64 & (u64::MAX >> 1));
    }

    /// How many runs there are.
    pub(crate) fn count(&self) -> u32 {
        self.count + u32::from(self.length > 0)
    }

    /// All runs: the value, and how often it comes in a row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let mut rest = self.packed.iter();
        let mut last = Some((self.value, self.length)).filter(|(_, length)| *length > 0);
        std::iter::from_fn(move || match varint(&mut rest) {
            Some(front) => Some((
                front >> 1,
                if front & 1 == 0 { 1 } else { varint(&mut rest).unwrap_or_default() as u32 },
            )),
            None => last.take(),
        })
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.packed.capacity()
    }
}

/// What [`Runs::push_signed`] was given.
pub(crate) fn signed(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7F {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = bytes.next()?;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let values = [5, 5, 5, 0, 0, 1, 127, 128, 128, 1 << 40, (1 << 63) - 1, 7];
        let mut runs = Runs::default();
        values.iter().for_each(|value| runs.push(*value));
        assert_eq!(runs.count(), runs.iter().count() as u32);
        let all: Vec<u64> =
            runs.iter().flat_map(|(value, length)| std::iter::repeat_n(value, length as usize)).collect();
        assert_eq!(all, values);
        let negative = [-1, 0, 1, i64::from(i32::MIN), i64::from(i32::MAX), -(1 << 61), (1 << 61) - 1];
        let mut runs = Runs::default();
        negative.iter().for_each(|value| runs.push_signed(*value));
        assert_eq!(runs.iter().map(|(value, _)| signed(value)).collect::<Vec<_>>(), negative);
        assert_eq!(Runs::default().iter().next(), None);
    }
}
