/// One thing that is wrong with an adapter folder, for its author.
public struct Diagnostic: Sendable, Hashable {
    /// How grave it is.
    public enum Severity: String, Sendable, Hashable {
        /// The adapter does not load.
        case error
        /// The adapter loads; somebody should look.
        case warning
    }

    /// Stable code, `KA010`; the list is in `docs/adapter-language.md`.
    public let code: String
    /// How grave it is.
    public let severity: Severity
    /// File, relative to the region's folder.
    public let file: String
    /// Line, from 1; 0 when the file as a whole is meant.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int
    /// The text of that line.
    public let sourceLine: String
    /// How many characters to underline.
    public let caretLength: Int
    /// What is wrong, one sentence.
    public let message: String
    /// How to mend it; may be empty.
    public let help: String

    /// The diagnostic in the shape that compilers use: message, place, source line with carets, help.
    public func rendered() -> String {
        var text = "\(severity.rawValue)[\(code)]: \(message)\n"
        guard line > 0 else {
            text += "  --> \(file)\n"
            return help.isEmpty ? text : text + "   = help: \(help)\n"
        }
        let number = String(line)
        let margin = String(repeating: " ", count: number.count)
        text += "\(margin)--> \(file):\(line):\(column)\n\(margin) |\n\(number) | \(sourceLine)\n"
        text += "\(margin) | \(padding)\(carets)\n"
        if !help.isEmpty { text += "\(margin) = help: \(help)\n" }
        return text
    }

    private var padding: String {
        String(sourceLine.unicodeScalars.prefix(column - 1).flatMap { Self.isWide($0) ? [" ", " "] : [" "] })
    }

    private var carets: String {
        let marked = sourceLine.unicodeScalars.dropFirst(column - 1).prefix(max(caretLength, 1))
        let width = marked.reduce(0) { $0 + (Self.isWide($1) ? 2 : 1) }
        return String(repeating: "^", count: max(width, 1))
    }

    /// Whether a terminal shows the character two cells wide (East Asian Width W and F, the common blocks).
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

/// A place in a file of the adapter.
struct Place: Hashable, Sendable {
    var file: String
    var line: Int
    var column: Int
    var length: Int

    static func whole(_ file: String) -> Place { Place(file: file, line: 0, column: 0, length: 0) }

    /// `adapter.yaml:12`.
    var rule: String { "\(file):\(line)" }
}

/// Gathers the problems of a folder.
struct Reporter {
    private(set) var diagnostics: [Diagnostic] = []
    private var lines: [String: [String]] = [:]

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    mutating func add(source: String, file: String) {
        lines[file] = source.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.last == "\r" ? String(line.dropLast()) : String(line)
        }
    }

    /// The character at the beginning of a place.
    func character(at place: Place) -> Unicode.Scalar? {
        guard let all = lines[place.file], place.line >= 1, place.line <= all.count else { return nil }
        return all[place.line - 1].unicodeScalars.dropFirst(place.column - 1).first
    }

    mutating func error(_ code: String, _ place: Place, _ message: String, help: String = "") {
        report(code, .error, place, message, help)
    }

    mutating func warning(_ code: String, _ place: Place, _ message: String, help: String = "") {
        report(code, .warning, place, message, help)
    }

    private mutating func report(
        _ code: String, _ severity: Diagnostic.Severity, _ place: Place, _ message: String, _ help: String
    ) {
        let all = lines[place.file] ?? []
        let source = place.line >= 1 && place.line <= all.count ? all[place.line - 1] : ""
        diagnostics.append(
            Diagnostic(
                code: code, severity: severity, file: place.file, line: place.line, column: place.column,
                sourceLine: source, caretLength: place.length, message: message, help: help))
    }

    /// In the order of the files; errors and warnings together.
    mutating func sorted() -> [Diagnostic] {
        diagnostics.enumerated().sorted { a, b in
            (a.element.file, a.element.line, a.element.column, a.offset)
                < (b.element.file, b.element.line, b.element.column, b.offset)
        }.map(\.element)
    }
}
