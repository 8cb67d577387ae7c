//! What the benches in JavaScript answer, and how it is printed.

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::Deserialize;

use super::report::Report;
use crate::process::say;

/// What was found of one figure.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    tables: Vec<Table>,
    goals: Vec<Goal>,
    /// Load averages of the machine, before and after.
    load: (f64, f64),
}

#[derive(Debug, Deserialize)]
struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Goal {
    what: String,
    goal: String,
    ours: String,
    peers: String,
    reached: bool,
}

/// Asks for all figures, or for `only` some, by their names; prints each as soon as it is there, and all goals at the end
/// under `title`.
///
/// # Errors
/// When one could not be measured. The others are measured and printed all the same.
pub(crate) fn ask_all<F: ValueEnum + PartialEq>(
    title: &str,
    only: &[F],
    ask: impl Fn(&str) -> Result<Answer>,
) -> Result<()> {
    let mut rows = vec![["what", "goal", "ours", "others", ""].map(str::to_owned).to_vec()];
    let report = Report::default();
    let mut broken = Vec::new();
    for figure in F::value_variants() {
        if !only.is_empty() && !only.contains(figure) {
            continue;
        }
        let name = figure.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        say(&name);
        // What was measured before and after something broke is worth showing.
        let answer = match ask(&name) {
            Ok(answer) => answer,
            Err(error) => {
                eprintln!("{name}: {error:#}");
                let row = [name.as_str(), "", "not measured", "", "BROKEN"];
                rows.push(row.map(str::to_owned).to_vec());
                broken.push(name);
                continue;
            }
        };
        for table in answer.tables {
            let (before, after) = answer.load;
            report.table(&format!("{} (load {before:.1} to {after:.1})", table.title), table.rows);
        }
        rows.extend(answer.goals.into_iter().map(|goal| {
            let verdict = if goal.reached { "reached" } else { "MISSED" };
            vec![goal.what, goal.goal, goal.ours, goal.peers, verdict.into()]
        }));
    }
    report.table(title, rows);
    if !broken.is_empty() {
        bail!("could not be measured: {}", broken.join(", "));
    }
    Ok(())
}
