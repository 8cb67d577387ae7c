/** `using` for browsers that know it. */
export function disposable(type, dispose, asyncDispose) {
  if (Symbol.dispose) type.prototype[Symbol.dispose] = dispose;
  if (Symbol.asyncDispose && asyncDispose) type.prototype[Symbol.asyncDispose] = asyncDispose;
}
