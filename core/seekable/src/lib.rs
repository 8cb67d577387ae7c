//! Makes MediaRecorder files seekable while they are being written: bytes in, file edits out.
