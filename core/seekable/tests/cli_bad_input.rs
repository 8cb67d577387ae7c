//! Whatever is wrong: the message names the file and the place, the input stays as it is, nothing is left behind.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod support;

use std::process::Stdio;

use command::{Folder, Ran};

fn raw() -> Vec<u8> {
    support::sample("chromium-webm-vp8-opus.webm").bytes
}

/// Fixing these bytes fails, to a file and in place, and changes nothing.
#[track_caller]
fn is_refused(bytes: &[u8], texts: &[&str]) {
    let folder = Folder::new();
    folder.put("x.webm", bytes);
    for arguments in [&["fix", "x.webm"][..], &["fix", "-i", "x.webm"], &["recover", "-i", "x.webm"]] {
        let ran = folder.run(arguments);
        ran.failed(1, &["x.webm: "]);
        ran.failed(1, texts);
        assert!(folder.get("x.webm") == bytes);
        assert_eq!(folder.names(), ["x.webm"]);
    }
}

#[test]
fn what_is_no_recording() {
    is_refused(b"", &["is empty"]);
    is_refused(b"RIFF....AVI LIST", &["is no recording: at byte 0 expected", "found 52 49 46 46"]);
    is_refused(b"abc", &["is no recording", "found 61 62 63"]);
    is_refused(&[0; 10_000], &["is no recording", "found 00 00 00 00"]);
    is_refused(&raw()[..4], &["begins as WebM and Matroska do (1A 45 DF A3), and ends there, after 4 bytes"]);
    let mut bytes = raw();
    bytes[4..20].fill(0);
    is_refused(&bytes, &["begins as WebM and Matroska do (1A 45 DF A3), but what follows is no EBML header"]);
}

#[test]
fn heads_that_lead_nowhere() {
    // Tracks is missing; Tracks is empty; the file ends in its head.
    let mut bytes = raw();
    bytes[0x4E..0x52].copy_from_slice(b"\x12\x54\xC3\x67");
    is_refused(&bytes, &["the head can not be read at byte", "expected Info and Tracks"]);
    let empty = b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\xFF\x16\x54\xAE\x6B\x80\x1F\x43\xB6\x75\xFF\xE7\x81\x00";
    is_refused(empty, &["names no track"]);
    is_refused(&raw()[..100], &["ends within its head, at byte 100"]);
}

#[test]
fn folders_and_places_that_are_not_there() {
    let folder = Folder::new();
    folder.put("x.webm", &raw());
    std::fs::create_dir(folder.path("d")).unwrap();
    folder.run(&["fix", "d"]).failed(1, &["d: is a folder"]);
    folder.run(&["fix", "-i", "d"]).failed(1, &["d: is a folder"]);
    folder.run(&["inspect", "d"]).failed(1, &["d: is a folder"]);
    folder.run(&["fix", "missing.webm"]).failed(1, &["missing.webm: there is no such file"]);
    folder.run(&["fix", "x.webm", "-o", "no/x.webm"]).failed(1, &["the folder no does not exist"]);
    folder.run(&["fix", "x.webm", "-o", "no/"]).failed(1, &["the folder no does not exist"]);
    assert_eq!(folder.names(), ["d", "x.webm"]);
}

#[test]
fn the_output_is_the_input() {
    let folder = Folder::new();
    folder.put("x.webm", &raw());
    std::fs::hard_link(folder.path("x.webm"), folder.path("y.webm")).unwrap();
    std::fs::create_dir(folder.path("d")).unwrap();
    for output in ["x.webm", "./d/../x.webm", "y.webm", "."] {
        let ran = folder.run(&["fix", "--force", "x.webm", "-o", output]);
        ran.failed(1, &["is the input itself", "--in-place"]);
    }
    assert!(folder.get("x.webm") == raw());
    assert_eq!(folder.names(), ["d", "x.webm", "y.webm"]);
}

#[test]
fn command_lines_that_make_no_sense() {
    let folder = Folder::new();
    folder.put("x.webm", &raw());
    folder.put("y.webm", &raw());
    for arguments in [
        &["fix"][..],
        &["fix", "x.webm", "-o", "z.webm", "--in-place"],
        &["fix", "x.webm", "y.webm", "-o", "z.webm"],
        &["fix", "-", "--in-place"],
        &["fix", "-", "-"],
        &["inspect", "-", "-"],
        &["mark", "x.webm"],
        &["mark", "x.webm", "--date", "yesterday"],
        &["mark", "x.webm", "--chapter", "later=x"],
        &["split", "x.webm"],
        &["split", "x.webm", "--size", "many"],
        &["nonsense"],
    ] {
        let ran = folder.run(arguments);
        ran.failed(2, &["error: "]);
    }
    assert_eq!(folder.names(), ["x.webm", "y.webm"]);
}

/// Everything that follows is about how Unix tells of trouble.
#[cfg(unix)]
mod unix {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    /// The command without the superuser's rights, if there is a way.
    fn without_rights(folder: &Folder, arguments: &[&str]) -> Option<Ran> {
        let probe = folder.put("probe", b"x");
        std::fs::set_permissions(&probe, Permissions::from_mode(0o000)).unwrap();
        let is_superuser = std::fs::read(&probe).is_ok();
        std::fs::remove_file(&probe).unwrap();
        let mut command = folder.command(arguments);
        if is_superuser {
            let inner = command;
            // The binary may stand where nobody else may look: it gets a copy.
            let copy = folder.path("d/seekable");
            std::fs::copy(inner.get_program(), &copy).unwrap();
            command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(copy);
            command.args(inner.get_args()).current_dir(inner.get_current_dir().unwrap()).stdin(Stdio::null());
        }
        let ran = command.output().ok().map(Ran::from);
        let _ = std::fs::remove_file(folder.path("d/seekable"));
        ran.filter(|ran| !ran.errors.contains("setpriv"))
    }

    #[test]
    fn no_permission() {
        let folder = Folder::new();
        let x = folder.put("x.webm", &raw());
        std::fs::create_dir(folder.path("d")).unwrap();
        for path in [".", "d"] {
            std::fs::set_permissions(folder.path(path), Permissions::from_mode(0o755)).unwrap();
        }
        std::fs::set_permissions(&x, Permissions::from_mode(0o000)).unwrap();
        let Some(ran) = without_rights(&folder, &["fix", "x.webm"]) else { return };
        ran.failed(1, &["x.webm: may not be read: permission denied"]);
        // It may be read, but not changed; nor may its folder.
        std::fs::set_permissions(&x, Permissions::from_mode(0o444)).unwrap();
        std::fs::set_permissions(folder.path("."), Permissions::from_mode(0o555)).unwrap();
        let in_place = without_rights(&folder, &["fix", "-i", "x.webm"]).unwrap();
        let beside = without_rights(&folder, &["fix", "x.webm"]).unwrap();
        std::fs::set_permissions(folder.path("."), Permissions::from_mode(0o755)).unwrap();
        in_place.failed(1, &["x.webm: may not be changed: permission denied"]);
        beside.failed(1, &["x.fixed.webm: may not be created: permission denied"]);
        assert!(folder.get("x.webm") == raw());
        assert_eq!(folder.names(), ["d", "x.webm"]);
    }

    /// No file may become larger than 200 KiB: writing fails in the middle, and the signal for it ends nobody.
    #[test]
    fn files_may_not_become_so_large() {
        let folder = Folder::new();
        let input = folder.put("x.webm", &raw());
        for arguments in ["fix x.webm", "fix -i x.webm", "fix x.webm -o -", "mark -t T x.webm"] {
            let script = format!("ulimit -f 200; exec \"$0\" {arguments}");
            let mut command = Command::new("bash");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_seekable")]);
            let ran = Ran::from(command.current_dir(input.parent().unwrap()).output().unwrap());
            ran.failed(1, &["would become larger than a file may be here", "nothing was changed"]);
            assert!(folder.get("x.webm") == raw());
            assert_eq!(folder.names(), ["x.webm"]);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_into_not_replaced() {
        let folder = Folder::new();
        folder.put("x.webm", &raw());
        folder.run(&["fix", "x.webm", "-o", "/dev/null"]).ok();
        folder.run(&["fix", "x.webm", "-o", "/dev/full"]).failed(1, &["/dev/full: the disk is full"]);
        let script = "\"$0\" fix x.webm -o - > /dev/full";
        let mut command = Command::new("bash");
        command.args(["-c", script, env!("CARGO_BIN_EXE_seekable")]).current_dir(folder.path("."));
        Ran::from(command.output().unwrap()).failed(1, &["standard output: the disk is full"]);
        let script = "\"$0\" inspect x.webm > /dev/full";
        let mut command = Command::new("bash");
        command.args(["-c", script, env!("CARGO_BIN_EXE_seekable")]).current_dir(folder.path("."));
        Ran::from(command.output().unwrap()).failed(1, &["standard output: the disk is full"]);
        folder.run(&["fix", "-i", "/dev/null"]).failed(1, &["/dev/null: is not a plain file"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn help_that_can_not_be_written() {
        for arguments in ["--help", "-h", "--version", "fix --help", "completions bash"] {
            let script = format!("exec \"$0\" {arguments} > /dev/full");
            let mut command = Command::new("bash");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_seekable")]);
            Ran::from(command.output().unwrap()).failed(1, &["standard output: the disk is full"]);
        }
    }

    /// A link is written through, whether there is something at its end or not; one that leads in circles is refused.
    #[test]
    fn outputs_that_are_links() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new();
        folder.put("x.webm", &raw());
        std::fs::create_dir(folder.path("d")).unwrap();
        symlink("d/link", folder.path("link")).unwrap();
        symlink("end.webm", folder.path("d/link")).unwrap();
        folder.run(&["fix", "x.webm", "-o", "link"]).ok();
        let fixed = support::fix(&raw()).0;
        assert!(folder.get("d/end.webm") == fixed && folder.path("link").is_symlink());
        folder.run(&["fix", "x.webm", "-o", "link"]).failed(1, &["link: exists already"]);
        folder.put("d/end.webm", b"old");
        folder.run(&["fix", "x.webm", "-f", "-o", "link"]).ok();
        assert!(folder.get("d/end.webm") == fixed && folder.path("link").is_symlink());
        symlink("circle", folder.path("circle")).unwrap();
        symlink("no/such", folder.path("lost")).unwrap();
        for force in [&["-f"][..], &[]] {
            let run = |link| folder.run(&[&["fix", "x.webm", "-o", link], force].concat());
            run("circle").failed(1, &["circle: is a symbolic link that leads nowhere: "]);
            run("lost").failed(1, &["lost: the folder no does not exist: create it first"]);
        }
        assert_eq!(folder.names(), ["circle", "d", "link", "lost", "x.webm"]);
        assert!(folder.path("circle").is_symlink() && folder.path("lost").is_symlink());
    }

    #[test]
    fn a_reader_that_goes_away() {
        let folder = Folder::new();
        folder.put("x.webm", &raw());
        let closed = |arguments: &[&str]| {
            let mut command = folder.command(arguments);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            drop(child.stdout.take());
            Ran::from(child.wait_with_output().unwrap())
        };
        closed(&["fix", "x.webm", "-o", "-"]).failed(1, &["went away before its end"]);
        // Whoever looks at the first lines of a report has seen enough.
        assert_eq!(closed(&["inspect", "x.webm"]).code, 3);
        assert_eq!(closed(&["completions", "bash"]).code, 0);
        assert_eq!(folder.names(), ["x.webm"]);
    }
}

/// Lies and bombs come out as files that a strict reader takes, or are refused; nothing takes long.
#[test]
fn lies_and_bombs() {
    let head = &raw()[..0xD0];
    let mut lies = raw();
    // The Segment claims 2^56 - 2 bytes.
    let segment = lies.windows(4).position(|window| window == b"\x18\x53\x80\x67").unwrap();
    lies[segment + 4..segment + 12].copy_from_slice(b"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFE");
    let mut nested = head.to_vec();
    for _ in 0..200_000 {
        nested.extend_from_slice(b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    }
    let mut groups = raw();
    groups.extend_from_slice(b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x81\x00");
    for _ in 0..200_000 {
        groups.extend_from_slice(b"\xA0\x10\xFF\xFF\xFF");
    }
    let mut heads = Vec::new();
    for _ in 0..200_000 {
        heads.extend_from_slice(b"\x1A\x45\xDF\xA3\x88");
    }
    let folder = Folder::new();
    for (name, bytes) in [("lies", &lies), ("nested", &nested), ("groups", &groups), ("heads", &heads)] {
        folder.put(name, bytes);
        let ran = folder.run(&["fix", name, "-o", "out.webm", "--force"]);
        assert!(ran.code == 0 || ran.code == 1, "{name}: {} {}", ran.code, ran.errors);
        if ran.code == 0 {
            support::check_structure(&folder.get("out.webm"));
        }
        let ran = folder.run(&["inspect", name]);
        assert!(ran.code == 1 || ran.code == 3, "{name}: {} {}", ran.code, ran.errors);
        assert!(folder.get(name) == *bytes);
    }
}
