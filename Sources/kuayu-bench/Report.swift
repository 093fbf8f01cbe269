import Foundation
import KuayuCLI
import KuayuFormats

/// A value in a line of results.
enum Cell {
    case text(String)
    case whole(Int)
    /// With so many digits after the point.
    case decimal(Double, Int)
    case none

    var shown: String {
        switch self {
        case .text(let text): text
        case .whole(let number): String(number)
        case .decimal(let number, let digits): String(format: "%.\(digits)f", number)
        case .none: "–"
        }
    }

    fileprivate func append(to out: inout [UInt8]) {
        switch self {
        case .text(let text): CanonicalJSON.appendString(text, to: &out)
        case .decimal(let number, _) where !number.isFinite: out += Array("null".utf8)
        case .whole, .decimal: out += Array(shown.utf8)
        case .none: out += Array("null".utf8)
        }
    }
}

/// The results of one benchmark: lines with the same columns.
struct Report {
    typealias Line = [(name: String, cell: Cell)]

    let title: String
    var lines: [Line] = []
    var notes: [String] = []

    /// For people.
    static func text(_ machine: MachineFacts, _ reports: [Report]) -> String {
        var text = Workbench.table(["machine", ""], machine.facts.map { [$0.name, $0.value] })
        for report in reports { text += "\n\n" + report.text }
        return text
    }

    private var text: String {
        let header = lines.first?.map(\.name) ?? []
        let table = Workbench.table(header, lines.map { $0.map(\.cell.shown) })
        return ([title, table] + notes.map { "* " + $0 }).joined(separator: "\n")
    }

    /// For programs: one object.
    static func json(_ machine: MachineFacts, _ reports: [Report]) -> String {
        var out = Array("{\"machine\":".utf8)
        object(machine.facts.map { ($0.name, .text($0.value)) }, into: &out)
        out += Array(",\"reports\":[".utf8)
        for (index, report) in reports.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            report.append(to: &out)
        }
        return String(decoding: out, as: UTF8.self) + "]}"
    }

    private func append(to out: inout [UInt8]) {
        out += Array("{\"title\":".utf8)
        CanonicalJSON.appendString(title, to: &out)
        out += Array(",\"lines\":[".utf8)
        for (index, line) in lines.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            Self.object(line, into: &out)
        }
        out += Array("],\"notes\":[".utf8)
        for (index, note) in notes.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CanonicalJSON.appendString(note, to: &out)
        }
        out += Array("]}".utf8)
    }

    private static func object(_ members: Line, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CanonicalJSON.appendString(member.name, to: &out)
            out.append(UInt8(ascii: ":"))
            member.cell.append(to: &out)
        }
        out.append(UInt8(ascii: "}"))
    }
}
