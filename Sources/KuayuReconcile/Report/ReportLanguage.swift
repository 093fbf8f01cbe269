public import KuayuModel

/// In which language a report speaks.
public enum ReportLanguage: String, Hashable, Sendable, CaseIterable {
    /// Chinese, the first language of every report.
    case chinese = "zh"
    /// English.
    case english = "en"

    /// The name of a region: `浙江`, `Zhejiang`; of a region outside the federation its Chinese name.
    public func name(of region: RegionCode) -> String {
        guard self == .english else { return region.name }
        switch region {
        case .shanghai: return "Shanghai"
        case .jiangsu: return "Jiangsu"
        case .zhejiang: return "Zhejiang"
        case .anhui: return "Anhui"
        default: return region.name
        }
    }

    /// Day and minute at +08:00 without the year: `11月20日 09:12`, `20 Nov 09:12`.
    public func minute(_ instant: Instant) -> String {
        let local = instant.local
        let time = "\(Self.twoDigits(local.hour)):\(Self.twoDigits(local.minute))"
        return "\(day(local.date)) \(time)"
    }

    /// A day without the year: `11月20日`, `20 Nov`.
    public func day(_ date: CalendarDate) -> String {
        let (_, month, day) = date.components
        return self == .chinese ? "\(month)月\(day)日" : "\(day) \(Self.months[month - 1])"
    }

    /// A number with a comma between every three digits.
    public static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
