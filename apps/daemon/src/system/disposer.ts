/** Closes what was opened, in reverse order. Node 20 has `Symbol.dispose` and no `DisposableStack`. */
export interface Disposer extends AsyncDisposable {
  use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource;
}

export function createDisposer(onFault: (error: unknown) => void): Disposer {
  const resources: (Disposable | AsyncDisposable)[] = [];
  return {
    use(resource) {
      resources.push(resource);
      return resource;
    },
    async [Symbol.asyncDispose]() {
      for (const resource of resources.splice(0).reverse()) {
        try {
          if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
          else resource[Symbol.dispose]();
        } catch (error) {
          onFault(error);
        }
      }
    },
  };
}
