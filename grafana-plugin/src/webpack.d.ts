/** Where a bundle looks for its parts; webpack puts it into every module. */
declare var __webpack_public_path__: string;
