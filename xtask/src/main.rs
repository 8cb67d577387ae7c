//! Hostreel's commands: run, test, doctor.

fn main() {}
