// Preloaded: an installation without the optional SDK package.
require('node:module').registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== '@opentelemetry/sdk-node') return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});
