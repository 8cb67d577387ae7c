//! Records camera, microphone, screen or a meeting in the browser into a file that is always seekable.
