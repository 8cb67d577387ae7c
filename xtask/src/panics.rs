//! Panics of a wasm module, made short.
//!
//! Where nobody set a hook, a panic of a module for browsers writes a message that goes nowhere, and traps. So it may
//! trap at once: what puts the message together need not be loaded by any page.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};

/// Functions that never return: all of them end in a panic. Modules end in `::`.
const PANICS: &[&str] = &[
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_already_borrowed",
    "core::cell::panic_already_mutably_borrowed",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "std::thread::local::panic_access_error",
];

/// The panic that all others end in: it is in every module.
const LAST: &str = "core::panicking::panic_fmt";

/// A body without locals that traps: `unreachable`, `end`.
const TRAP: &[u8] = &[0, 0x00, 0x0b];

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;
/// Of the section of names: what functions are called.
const FUNCTION_NAMES: u8 = 1;

/// The module with panics that trap at once. It must have its names.
pub(crate) fn shortened(module: &[u8]) -> Result<Vec<u8>> {
    let magic = module.get(..8).context("this is no wasm module")?;
    let sections = sections(&module[8..])?;
    let names = names(&sections)?;
    if !names.values().any(|name| plain(name) == LAST) {
        bail!("the wasm module does not name its panics: it must be built with names");
    }
    let imported = imported(&sections)?;
    let mut short = magic.to_vec();
    for Section { kind, content } in &sections {
        let content = match *kind {
            CODE => code(content, |index| {
                names.get(&(imported + index)).is_some_and(|name| is_panic(&plain(name)))
            })?,
            _ => content.to_vec(),
        };
        short.push(*kind);
        put_number(content.len(), &mut short);
        short.extend(content);
    }
    Ok(short)
}

fn is_panic(name: &str) -> bool {
    PANICS.iter().any(|panic| name == *panic || (panic.ends_with("::") && name.starts_with(panic)))
}

/// A name without the numbers of its crates: `core[c5930c85a12de822]::cell` is `core::cell`.
fn plain(name: &str) -> String {
    let mut parts = name.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((number, rest)) if number.chars().all(|digit| digit.is_ascii_hexdigit()) => {
                plain.push_str(rest);
            }
            _ => plain.extend(["[", part]),
        }
    }
    plain
}

struct Section<'a> {
    kind: u8,
    content: &'a [u8],
}

fn sections(module: &[u8]) -> Result<Vec<Section<'_>>> {
    let mut rest = Bytes(module);
    let mut sections = Vec::new();
    while !rest.0.is_empty() {
        sections.push(Section { kind: rest.byte()?, content: rest.sized()? });
    }
    Ok(sections)
}

/// The code section with trapping bodies for the functions that `panics` tells, by their place in it.
fn code(content: &[u8], panics: impl Fn(usize) -> bool) -> Result<Vec<u8>> {
    let mut bodies = Bytes(content);
    let count = bodies.number()?;
    let mut code = Vec::with_capacity(content.len());
    put_number(count, &mut code);
    for index in 0..count {
        let body = bodies.sized()?;
        let body = if panics(index) { TRAP } else { body };
        put_number(body.len(), &mut code);
        code.extend(body);
    }
    Ok(code)
}

/// How many functions are imported: they come before the module's own.
fn imported(sections: &[Section<'_>]) -> Result<usize> {
    let Some(section) = sections.iter().find(|section| section.kind == IMPORTS) else { return Ok(0) };
    let mut imports = Bytes(section.content);
    let mut functions = 0;
    for _ in 0..imports.number()? {
        imports.sized()?;
        imports.sized()?;
        match imports.byte()? {
            0 => {
                imports.number()?;
                functions += 1;
            }
            1 => {
                imports.byte()?;
                imports.limits()?;
            }
            2 => imports.limits()?,
            3 => {
                imports.byte()?;
                imports.byte()?;
            }
            4 => {
                imports.byte()?;
                imports.number()?;
            }
            other => bail!("the wasm module imports something unknown ({other})"),
        }
    }
    Ok(functions)
}

/// What the functions are called, by their number.
fn names<'a>(sections: &[Section<'a>]) -> Result<HashMap<usize, &'a str>> {
    let mut names = HashMap::new();
    for section in sections.iter().filter(|section| section.kind == CUSTOM) {
        let mut content = Bytes(section.content);
        if content.sized()? != b"name" {
            continue;
        }
        while !content.0.is_empty() {
            let (kind, mut list) = (content.byte()?, Bytes(content.sized()?));
            if kind == FUNCTION_NAMES {
                for _ in 0..list.number()? {
                    let index = list.number()?;
                    names.insert(index, str::from_utf8(list.sized()?)?);
                }
            }
        }
    }
    Ok(names)
}

/// What is still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("the wasm module is cut short")?;
        self.0 = rest;
        Ok(*first)
    }

    /// An unsigned LEB128 number of 32 bits (WebAssembly Core §5.2.2).
    fn number(&mut self) -> Result<usize> {
        let mut number = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(number).context("a number of the wasm module is too large");
            }
        }
        bail!("a number of the wasm module is too long")
    }

    /// So many bytes as the number before them says.
    fn sized(&mut self) -> Result<&'a [u8]> {
        let size = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(size).context("the wasm module is cut short")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn limits(&mut self) -> Result<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 == 1 {
            self.number()?;
        }
        Ok(())
    }
}

fn put_number(mut number: usize, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![kind];
        put_number(content.len(), &mut section);
        section.extend(content);
        section
    }

    /// One imported function, and two of its own that are called so.
    fn module(first: &str, second: &str) -> Vec<u8> {
        let named = |index: u8, name: &str| [&[index, name.len() as u8], name.as_bytes()].concat();
        let list = [vec![2], named(1, first), named(2, second)].concat();
        let names = [vec![4], b"name".to_vec(), section(FUNCTION_NAMES, &list)].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(IMPORTS, &[1, 1, b'm', 1, b'f', 0, 0]),
            section(CODE, &[2, 4, 0, 0x01, 0x01, 0x0b, 3, 0, 0x01, 0x0b]),
            section(CUSTOM, &names),
        ]
        .concat()
    }

    #[test]
    fn a_panic_traps_and_the_rest_stays_as_it_was() {
        let names = ("core[c5930c85a12de822]::panicking::panic_fmt", "work");
        let mut wanted = module(names.0, names.1);
        let code = section(CODE, &[2, 4, 0, 0x01, 0x01, 0x0b, 3, 0, 0x01, 0x0b]);
        let at = wanted.windows(code.len()).position(|bytes| bytes == code).unwrap();
        let short = section(CODE, &[2, 3, 0, 0x00, 0x0b, 3, 0, 0x01, 0x0b]);
        wanted.splice(at..at + code.len(), short);
        assert_eq!(shortened(&module(names.0, names.1)).unwrap(), wanted);
    }

    #[test]
    fn a_module_without_names_is_told() {
        assert!(shortened(&module("work", "more")).is_err());
        assert!(shortened(b"\0asm\x01\0\0\0").is_err());
    }

    #[test]
    fn what_is_cut_short_is_an_error() {
        let whole = module("core::panicking::panic_fmt", "work");
        for length in 0..whole.len() {
            // Between two sections it is a whole module, but one without names.
            assert!(shortened(&whole[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn names_are_compared_without_the_numbers_of_crates() {
        assert_eq!(plain("<[u8] as core[12ab]::fmt::Debug>"), "<[u8] as core::fmt::Debug>");
        assert!(is_panic("core::panicking::panic_const::panic_const_div_by_zero"));
        assert!(!is_panic("core::option::expect_failed_not"));
    }
}
