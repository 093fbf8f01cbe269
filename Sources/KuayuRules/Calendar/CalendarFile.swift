public import KuayuModel

/// Something that is wrong with a work calendar's file, at its place.
public struct CalendarProblem: Hashable, Sendable {
    /// Line, from 1.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int
    /// One sentence.
    public let chinese: String
    /// The same in English, with what to do.
    public let english: String

    /// `FILE:LINE:COLUMN: …`.
    public func text(file: String) -> String { "\(file):\(line):\(column): \(chinese) — \(english)" }
}

/// A work calendar as an operator writes it: `date,kind,name`, a line for every day that is a holiday or a moved weekend.
public enum CalendarFile {
    /// A calendar that was refused, with everything that is wrong.
    public struct Refusal: Error, Hashable, Sendable {
        /// At least one, by line.
        public let problems: [CalendarProblem]
    }

    /// Reads a calendar that is to take the place of another.
    ///
    /// It is refused when a line cannot be read or repeats a day, when a year lacks the holidays that every year has
    /// (New Year and National Day: 全国年节及纪念日放假办法), for half a year would count the other half as plain weeks, and
    /// when it lacks a year that the other has, because deadlines of cases rest on it.
    public static func read(_ bytes: [UInt8], replacing current: WorkCalendar) throws(Refusal) -> WorkCalendar {
        var scan = CalendarScan(bytes)
        if scan.problems.isEmpty { scan.checkYears(against: current) }
        guard scan.problems.isEmpty else { throw Refusal(problems: scan.problems) }
        do {
            return try WorkCalendar(csv: bytes)
        } catch {
            throw Refusal(problems: [
                CalendarProblem(line: error.line, column: 1, chinese: "不能读作日历", english: error.reason)
            ])
        }
    }
}

/// The days of a file, line by line, with what is wrong.
private struct CalendarScan {
    private(set) var problems: [CalendarProblem] = []
    private var lines: [CalendarDate: Int] = [:]
    private var holidays: Set<CalendarDate> = []
    private var columns: (date: Int, kind: Int)?
    private var width = 0

    init(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            report(1, 1, "文件以 BOM 开头", "a byte-order mark stands first: save the file without one")
            return
        }
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty { continue }
            guard let text = String(validating: line, as: UTF8.self) else {
                report(number, 1, "不是 UTF-8", "not UTF-8: save the file in UTF-8")
                continue
            }
            read(fields(of: text), number)
        }
        if columns == nil && problems.isEmpty { report(1, 1, "文件是空的", "the file is empty") }
    }

    private mutating func report(_ line: Int, _ column: Int, _ chinese: String, _ english: String) {
        problems.append(CalendarProblem(line: line, column: column, chinese: chinese, english: english))
    }

    private mutating func read(_ fields: [(text: String, column: Int)], _ line: Int) {
        guard let columns else { return readHeader(fields, line) }
        guard fields.count == width else {
            return report(
                line, 1, "有 \(fields.count) 列，表头有 \(width) 列", "\(fields.count) values under \(width) columns")
        }
        let (day, kind) = (fields[columns.date], fields[columns.kind])
        if kind.text != "holiday" && kind.text != "workday" {
            report(line, kind.column, "类型只能是 holiday 或 workday", "write holiday or workday")
        }
        guard let date = CalendarDate(day.text) else {
            return report(line, day.column, "不是日期", "not a day: write yyyy-MM-dd")
        }
        if let first = lines.updateValue(line, forKey: date) {
            report(line, day.column, "日期重复，第 \(first) 行已有", "the day stands in line \(first) already")
        }
        if kind.text == "holiday" { holidays.insert(date) }
    }

    private mutating func readHeader(_ fields: [(text: String, column: Int)], _ line: Int) {
        width = fields.count
        let names = fields.map(\.text)
        guard let date = names.firstIndex(of: "date"), let kind = names.firstIndex(of: "kind") else {
            columns = (0, 0)
            return report(line, 1, "表头缺少 date 或 kind", "the first line must be date,kind,name")
        }
        columns = (date, kind)
    }

    /// Values between commas with the columns at which they begin; quotation marks hold commas together.
    private func fields(of line: String) -> [(text: String, column: Int)] {
        var result: [(text: String, column: Int)] = []
        var (text, start, column, isQuoted) = ("", 1, 0, false)
        for character in line {
            column += 1
            if character == "\"" {
                isQuoted.toggle()
            } else if character == "," && !isQuoted {
                result.append((text, start))
                (text, start) = ("", column + 1)
            } else {
                text.append(character)
            }
        }
        return result + [(text, start)]
    }

    // MARK: years

    mutating func checkYears(against current: WorkCalendar) {
        guard let first = lines.keys.min()?.year, let last = lines.keys.max()?.year else {
            return report(1, 1, "没有任何日期", "there is no day in it")
        }
        for year in first...last {
            let line = lines.filter { $0.key.year == year }.map(\.value).max() ?? 1
            for (month, name, english) in [(1, "元旦", "New Year"), (10, "国庆节", "National Day")]
            where !hasHoliday(year, month) {
                report(
                    line, 1, "\(year) 年没有\(name)假期，一年须一次写全",
                    "\(year) has no holiday for \(english): a year must be complete")
            }
        }
        for year in current.years where !(first...last).contains(year) {
            report(
                1, 1, "缺少现行日历（\(current.edition)）已有的 \(year) 年",
                "\(year) is missing, which the calendar in force (\(current.edition)) has: keep its years")
        }
    }

    /// Whether one of the first seven days of a month is a holiday.
    private func hasHoliday(_ year: Int, _ month: Int) -> Bool {
        (1...7).contains { day in CalendarDate(year: year, month: month, day: day).map(holidays.contains) ?? false }
    }
}
