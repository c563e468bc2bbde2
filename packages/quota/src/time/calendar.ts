/** How long a limit counts before it starts anew. */
export const PERIODS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'lifetime'] as const;
export type Period = (typeof PERIODS)[number];

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Where periods begin. Minutes and hours are those of UTC; every longer period begins on this calendar. */
export interface Calendar {
  /** An IANA name, such as `Asia/Kathmandu`. */
  readonly timezone: string;
  /** 0 for Monday to 6 for Sunday. */
  readonly weekStart: number;
  /** 1 to 31; a month that is shorter begins on its last day. */
  readonly monthDay: number;
  /** 1 to 12. Years begin in this month, quarters in it and every third month after. */
  readonly yearMonth: number;
  /** Minutes after local midnight at which a day, and with it every longer period, begins. */
  readonly dayStartMinutes: number;
}

export const UTC_CALENDAR: Calendar = { timezone: 'UTC', weekStart: 0, monthDay: 1, yearMonth: 1, dayStartMinutes: 0 };
