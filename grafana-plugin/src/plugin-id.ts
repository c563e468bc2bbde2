export const PLUGIN_ID = 'costspan-usage-app';
/** Where Grafana mounts the pages. */
export const APP_PATH = `/a/${PLUGIN_ID}`;
/** Where Grafana keeps the settings of the plugin. */
export const CONFIG_PATH = `/plugins/${PLUGIN_ID}`;
