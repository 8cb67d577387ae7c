//! The command line: `seekable fix`, `inspect`, `recover`, `split`, `join`, `mark`.

mod console;
mod convert;
mod each;
mod failure;
mod fix;
mod in_place;
mod inspect;
mod interrupt;
mod join;
mod mark;
mod output;
mod places;
mod random_access;
mod recover;
mod relist;
mod source;
mod split;
mod units;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use console::Console;
use each::Outcome;

/// Makes recordings seekable, and repairs them.
///
/// A file that a browser records (MediaRecorder) has no duration and no seek index, because it is written live: players
/// show no length and can't jump. `seekable` adds both without touching sound or picture, in constant memory, about as
/// fast as copying. It reads WebM, Matroska and MP4, and undoes what other repair tools got wrong.
#[derive(Debug, Parser)]
#[command(name = "seekable", version, after_help = EXIT_CODES, after_long_help = LONG_HELP, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print errors only: no results, no warnings, no progress bar.
    #[arg(short, long, global = true)]
    quiet: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all went well
  1  at least one file failed (the others were done)
  2  the command line was wrong, nothing was done
  3  inspect: at least one file has problems
  130  interrupted: files that were not finished are as before";

const LONG_HELP: &str = "\
Examples:
  seekable fix talk.webm                       writes talk.fixed.webm
  seekable fix --in-place *.webm               repairs the files themselves
  curl -s URL | seekable fix - > talk.webm     from a pipe, into a pipe
  seekable inspect talk.webm                   what is in it, and what is wrong with it
  seekable recover cut.webm                    drops the torn end of a file after a crash
  seekable split talk.webm --size 500M         parts that play alone
  seekable join talk.part*.webm -o whole.webm  and back together
  seekable mark talk.webm -i --title Talk --chapter 00:01:02=Questions

Input is never harmed: output goes to a temporary file beside its target, and takes the target's name in one step when
it is whole (and, where it replaces a file, on the disk). An interrupted or failed run leaves the target as it was.

Exit codes:
  0  all went well
  1  at least one file failed (the others were done)
  2  the command line was wrong, nothing was done
  3  inspect: at least one file has problems
  130  interrupted: files that were not finished are as before";

#[derive(Debug, Subcommand)]
enum Command {
    Fix(fix::Arguments),
    Inspect(inspect::Arguments),
    Recover(recover::Arguments),
    Split(split::Arguments),
    Join(join::Arguments),
    Mark(mark::Arguments),
    /// Print a script that completes this command line in a shell.
    ///
    /// For instance: seekable completions bash > ~/.local/share/bash-completion/completions/seekable
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_error) => return said_before(&help_or_error),
    };
    interrupt::listen();
    let console = Console::new(cli.quiet);
    let outcome = match &cli.command {
        Command::Fix(arguments) => arguments.run(&console),
        Command::Inspect(arguments) => arguments.run(&console),
        Command::Recover(arguments) => arguments.run(&console),
        Command::Split(arguments) => arguments.run(&console),
        Command::Join(arguments) => arguments.run(&console),
        Command::Mark(arguments) => arguments.run(&console),
        Command::Completions { shell } => completions(*shell, &console),
    };
    if let Outcome::Usage(text) = &outcome {
        // A closed standard error is no reason to fail in another way.
        let _ = usage_error(text).print();
    }
    outcome.exit_code()
}

/// Help, the version, or what is wrong with the command line.
fn said_before(help_or_error: &clap::Error) -> ExitCode {
    let written = help_or_error.print();
    if help_or_error.use_stderr() {
        // A closed standard error is no reason to fail in another way.
        return ExitCode::from(2);
    }
    Console::new(false).printed(written.and_then(|()| io::stdout().flush())).exit_code()
}

fn completions(shell: Shell, console: &Console) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "seekable", &mut script);
    console.print(&script)
}

/// An error that looks like those of the arguments' parser, with the usage of the same command.
fn usage_error(text: &str) -> clap::Error {
    let mut cli = Cli::command();
    cli.build();
    let name = std::env::args().find(|argument| cli.find_subcommand(argument).is_some());
    let command = name.and_then(|name| cli.find_subcommand(name)).cloned();
    command.unwrap_or(cli).error(clap::error::ErrorKind::ArgumentConflict, text)
}
