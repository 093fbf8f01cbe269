import Foundation
import Testing

/// Files that tests compare with; `KUAYU_UPDATE_GOLDEN=1` rewrites them.
enum Golden {
    static let isUpdating = ProcessInfo.processInfo.environment["KUAYU_UPDATE_GOLDEN"] == "1"

    /// Compares a text with a file of the fixtures.
    static func expect(
        _ text: String, matches name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = Program.fixtures + "/" + name
        if isUpdating {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return
        }
        let known = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard known != text else { return }
        Issue.record(
            "\(name) differs; KUAYU_UPDATE_GOLDEN=1 rewrites it\n\(difference(known, text))",
            sourceLocation: sourceLocation)
    }

    /// The first lines that differ.
    static func difference(_ known: String, _ text: String) -> String {
        let old = known.components(separatedBy: "\n")
        let new = text.components(separatedBy: "\n")
        let place =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        func part(_ lines: [String]) -> String {
            place < lines.count ? lines[place..<min(place + 3, lines.count)].joined(separator: "\n") : "(end)"
        }
        return "line \(place + 1), known:\n\(part(old))\nnow:\n\(part(new))"
    }
}
