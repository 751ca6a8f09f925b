/** Outside of a browser the global object goes by another name. */
Object.assign(globalThis, { window: globalThis });
