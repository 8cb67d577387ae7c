export { default } from 'recordrtc';
