export { default } from 'multistreamsmixer';
