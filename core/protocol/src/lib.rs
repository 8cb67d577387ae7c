//! What Hostreel clients and servers say to each other.
