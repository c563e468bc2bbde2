/** The variable that holds the data source: no dashboard names one of an environment. */
export const SOURCE_VARIABLE = 'datasource';

/** The variable as Grafana replaces it in a data source reference. */
export const SOURCE_UID = `\${${SOURCE_VARIABLE}}`;
