// What RecordRTC's getSeekableBlob needs: its EBML.js is this package.
export { Decoder, Reader, tools } from 'ts-ebml';
