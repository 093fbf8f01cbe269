import Glibc
import Synchronization

/// The `Date` header (RFC 9110, 5.6.7), made once a second.
enum HTTPDate {
    /// When this process first asked, in Unix seconds.
    static let processStart = Int(time(nil))

    private static let latest = Mutex<(second: Int, text: String)>((-1, ""))

    /// The date of now.
    static func current() -> String {
        let now = Int(time(nil))
        return latest.withLock { latest in
            if latest.second != now { latest = (now, text(unixSeconds: now)) }
            return latest.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, for 1970 and later.
    static func text(unixSeconds: Int) -> String {
        let (days, seconds) = unixSeconds.quotientAndRemainder(dividingBy: 86_400)
        let date = civil(days: days)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][date.month - 1]
        let clock = "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return "\(weekday), \(two(date.day)) \(month) \(date.year) \(clock) GMT"
    }

    /// The Gregorian date of a number of days after 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
