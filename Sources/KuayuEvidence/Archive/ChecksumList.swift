public import KuayuModel

/// `SHA256SUMS`: a digest and a path a line, as `sha256sum -c` reads them.
public struct ChecksumList: Hashable, Sendable {
    /// Name of the file.
    public static let name = "SHA256SUMS"

    /// A line of the list.
    public struct Entry: Hashable, Sendable {
        /// Path below the folder of the list, with `/` between its parts.
        public let path: String
        /// 64 lower-case hexadecimal digits.
        public let digest: String
    }

    /// The lines, in their order.
    public let entries: [Entry]

    /// The list of some files, by path.
    public init(of files: [ArchiveFile], digester: some Digester) {
        let sorted = files.sorted { $0.path < $1.path }
        let digests = digester.digest(many: sorted.map(\.bytes))
        entries = zip(sorted, digests).map { Entry(path: $0.path, digest: HexText.encode($1)) }
    }

    /// Reads a list.
    ///
    /// Throws the number of the first line, from 1, that is not 64 hexadecimal digits, two blanks (or a blank and `*`)
    /// and a path that stays below the folder, or that names a path again.
    public init(text: [UInt8]) throws(BadLine) {
        var entries: [Entry] = []
        var seen: Set<String> = []
        for (index, line) in text.split(separator: 0x0A).enumerated() {
            guard let entry = Self.entry(line), seen.insert(entry.path).inserted else {
                throw BadLine(number: index + 1)
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// A line that is not what it should be.
    public struct BadLine: Error, Hashable, Sendable {
        /// Line, from 1.
        public let number: Int
    }

    /// The text of the file.
    public var text: [UInt8] { entries.flatMap { Array("\($0.digest)  \($0.path)\n".utf8) } }

    private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
        guard line.count > 66, let text = String(validating: line, as: UTF8.self) else { return nil }
        let digest = String(text.prefix(64))
        let separator = text.dropFirst(64).prefix(2)
        let path = String(text.dropFirst(66))
        guard digest == digest.lowercased(), HexText.decode(digest)?.count == 32,
            separator == "  " || separator == " *",
            isBelow(path)
        else { return nil }
        return Entry(path: path, digest: digest)
    }

    /// A list comes from outside: no line of it may lead out of its folder.
    private static func isBelow(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
