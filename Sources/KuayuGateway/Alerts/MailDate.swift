import KuayuModel

/// Dates as mails write them (RFC 5322, 3.3), at +08:00.
enum MailDate {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ instant: Instant) -> String {
        let date = instant.date
        let (year, month, day) = date.components
        let time = instant.canonical.dropFirst(11).prefix(8)
        return "\(weekdays[date.weekday - 1]), \(day) \(months[month - 1]) \(year) \(time) +0800"
    }
}
