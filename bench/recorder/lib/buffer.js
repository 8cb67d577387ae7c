// What bundlers put in place of Node's Buffer: ts-ebml counts on it.
export { Buffer } from 'buffer/';
