//! The Hostreel web app.

fn main() {}
