import KuayuModel

/// The breaks of a report as a table: one row a break, RFC 4180.
///
/// A field that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
public enum ReportCSV {
    /// The columns.
    public static let columns = [
        "id", "hub", "hub_name", "lane", "case", "code", "name", "name_zh", "state", "first_seen", "last_seen",
        "age_workdays", "lag", "expected_version", "expected_status", "found_version", "found_status", "found_rows",
        "action", "automatic", "assignee", "accepted_until", "closed_at", "close_reason", "sentence_zh", "sentence_en",
    ]

    /// The table; by default with a byte-order mark, without which spreadsheets do not recognise UTF-8.
    public static func breaks(of report: ReconReport, byteOrderMark: Bool = true) -> [UInt8] {
        var out: [UInt8] = byteOrderMark ? [0xEF, 0xBB, 0xBF] : []
        line(columns, to: &out)
        for found in report.breaks {
            let name = report.hubs.first { $0.hub == found.hub }?.name ?? found.hub.name
            line(row(found, hubName: name), to: &out)
        }
        return out
    }

    private static func row(_ line: ReconReport.BreakLine, hubName: String) -> [String] {
        let first = line.found.first
        return [
            line.id, line.hub.text, hubName, line.lane.rawValue, line.caseID, line.code.rawValue, line.code.name,
            line.code.chinese, line.state.rawValue, line.firstSeenAt.canonical, line.lastSeenAt.canonical,
            String(line.ageWorkdays), String(line.lag), line.expected.map { String($0.version) } ?? "",
            line.expected?.status ?? "", first.map { String($0.version) } ?? "", first?.status ?? "",
            String(line.found.count), line.action.rawValue, line.isAutomatic ? "yes" : "no", line.assignee ?? "",
            line.acceptedUntil?.text ?? "", line.closedAt?.canonical ?? "", line.closeReason ?? "", line.chinese,
            line.english,
        ]
    }

    private static func line(_ fields: [String], to out: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { out.append(0x2C) }
            append(field, to: &out)
        }
        out.append(contentsOf: [0x0D, 0x0A])
    }

    private static func append(_ field: String, to out: inout [UInt8]) {
        var bytes = Array(field.utf8)
        if let first = bytes.first, Self.formulaStarts.contains(first) { bytes.insert(0x27, at: 0) }
        guard bytes.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
            out.append(contentsOf: bytes)
            return
        }
        out.append(0x22)
        for byte in bytes {
            if byte == 0x22 { out.append(byte) }
            out.append(byte)
        }
        out.append(0x22)
    }

    /// `=`, `+`, `-`, `@`, tab and carriage return.
    private static let formulaStarts: Set<UInt8> = [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D]
}
