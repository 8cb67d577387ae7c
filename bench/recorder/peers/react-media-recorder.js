export { useReactMediaRecorder } from 'react-media-recorder';
