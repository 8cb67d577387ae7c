//! Tables of figures, and the goals at their end.

/// What was measured. Tables are printed as they come: all of it takes long.
#[derive(Debug, Default)]
pub(crate) struct Report {
    goals: Vec<Goal>,
}

#[derive(Debug)]
struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Goal {
    what: String,
    goal: String,
    measured: String,
    verdict: &'static str,
}

impl Report {
    /// Prints a table; the first row names the columns.
    pub(crate) fn table(&self, title: &str, rows: Vec<Vec<String>>) {
        Table { title: title.to_owned(), rows }.print();
    }

    /// Adds a goal that was measured.
    pub(crate) fn goal(&mut self, what: &str, goal: &str, measured: &str, is_reached: bool) {
        self.add(what, goal, measured, if is_reached { "reached" } else { "MISSED" });
    }

    /// Adds a goal that was not measured, and why.
    pub(crate) fn skipped(&mut self, what: &str, goal: &str, why: &str) {
        self.add(what, goal, why, "not measured");
    }

    fn add(&mut self, what: &str, goal: &str, measured: &str, verdict: &'static str) {
        let [what, goal, measured] = [what, goal, measured].map(str::to_owned);
        self.goals.push(Goal { what, goal, measured, verdict });
    }

    /// Prints the goals, and whether they were reached.
    pub(crate) fn print(&self) {
        let mut rows = vec![["what", "goal", "measured", ""].map(str::to_owned).to_vec()];
        rows.extend(self.goals.iter().map(|Goal { what, goal, measured, verdict }| {
            vec![what.clone(), goal.clone(), measured.clone(), (*verdict).to_owned()]
        }));
        Table { title: "Goals".to_owned(), rows }.print();
    }
}

impl Table {
    /// Prints it as Markdown, which people can read as it is too.
    fn print(&self) {
        println!("\n### {}\n", self.title);
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = widths
                .iter()
                .enumerate()
                .map(|(column, width)| format!("{:<width$}", row.get(column).map_or("", String::as_str)))
                .collect();
            println!("| {} |", cells.join(" | "));
            if number == 0 {
                let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                println!("| {} |", lines.join(" | "));
            }
        }
    }
}
