//! The rules of one Hostreel room: who may do what, and what happened.
