// Preloaded: an older Node, which has the loader thread only.
require('node:module').registerHooks = undefined;
