"""The times of the story: the city's working hours, and the hours in which people are awake."""

from datetime import date, datetime, time, timedelta

from city.calendar import WorkCalendar

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

# Number of reports by hour of the day: most between eight and five, few at night.
_BY_HOUR = [2, 1, 1, 1, 1, 4, 14, 40, 75, 90, 95, 88, 80, 76, 74, 72, 70, 62, 48, 36, 28, 20, 12, 5]
_WEEKEND = 0.45  # share of a working day's reports
_WAKES, _SLEEPS = time(6, 30), time(22, 30)


class Hours:
    """Times with a time zone around `now`; `dice` is a random.Random."""

    def __init__(self, calendar: WorkCalendar, now: datetime, dice) -> None:
        self.calendar, self.now, self.dice = calendar, now, dice

    def worked(self, moment, minutes) -> datetime:
        """Return the time at which `minutes` of working time have passed since `moment`."""
        left = timedelta(minutes=minutes)
        day = self._date(moment)
        while True:
            if self.calendar.is_working_day(day):
                begins = max(moment, self.calendar.opening_time(day))
                ends = self.calendar.closing_time(day)
                if begins + left <= ends:
                    return begins + left
                left -= max(ends - begins, timedelta())
            day += DAY

    def worked_ago(self, minutes) -> datetime:
        """Return the time `minutes` of working time before now."""
        left = timedelta(minutes=minutes)
        day = self._date(self.now)
        while True:
            if self.calendar.is_working_day(day):
                begins = self.calendar.opening_time(day)
                ends = min(self.now, self.calendar.closing_time(day))
                if ends - left >= begins:
                    return ends - left
                left -= max(ends - begins, timedelta())
            day -= DAY

    def filed_by_an_agent(self, moment) -> datetime:
        """Return when an agent files a report that was made at `moment`.

        This is the next working time. If it is in the future, it is shortly before the end of the
        last working time.
        """
        minutes = self.dice.uniform(1, 30)
        begins = self.worked(moment, minutes)
        return begins if begins < self.now else self.worked_ago(minutes)

    def days_ago(self, days, hour) -> datetime:
        """Return `hour` (14.5 is half past two) of the day that is `days` working days ago.

        Day 0 is the last day with working time.
        """
        day = self._date(self.worked_ago(1))
        while days:
            day -= DAY
            days -= self.calendar.is_working_day(day)
        return self._at(day, hour)

    def crew_day(self, moment, days) -> datetime:
        """Return a moment of a shift, `days` working days after the day of `moment`."""
        day = self.calendar.add_working_days(self._date(moment), days)
        chosen = self._at(day, self.dice.uniform(7.2, 15.6))
        return chosen if chosen > moment else self.worked(moment, self.dice.uniform(20, 200))

    def awake(self, moment) -> datetime:
        """Return `moment`, or the next morning if it is in the night."""
        local = moment.astimezone(self.calendar.tz)
        if local.time() < _WAKES:
            return self._at(local.date(), self.dice.uniform(7, 9))
        if local.time() > _SLEEPS:
            return self._at(local.date() + DAY, self.dice.uniform(7, 9))
        return moment

    def report_time(self, days) -> datetime:
        """Return the time of a report, about `days` (a fraction) ago.

        Fewer reports are made at night and on weekends.
        """
        day = self._date(self.now - timedelta(days=days))
        while day.weekday() >= 5 and self.dice.random() > _WEEKEND:
            day -= DAY
        hour = self.dice.choices(range(24), _BY_HOUR)[0]
        moment = self._at(day, hour + self.dice.random())
        return moment if moment < self.now else moment - DAY

    def _date(self, moment) -> date:
        return moment.astimezone(self.calendar.tz).date()

    def _at(self, day, hour) -> datetime:
        midnight = datetime.combine(day, time(), self.calendar.tz)
        return midnight + timedelta(hours=hour)
