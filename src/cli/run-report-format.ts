export const RUN_REPORT_FORMATS = ['html', 'svg', 'png', 'json'] as const;
export type RunReportFormat = (typeof RUN_REPORT_FORMATS)[number];
