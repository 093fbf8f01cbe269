import KuayuGateway

/// A folder as an SFTP server lists it, one line per entry.
///
/// SFTP version 3 has no other place for an entry's kind in what libcurl passes on; the form of a line is the one that
/// draft-ietf-secsh-filexfer-02, 7, recommends: permissions, links, owner, group, size, three fields of time, name.
enum SFTPListing {
    private static let fieldsBeforeName = 8

    /// The names of the regular files, sorted, without those that begin with a dot.
    static func fileNames(_ listing: [UInt8]) throws(PartnerError) -> [String] {
        var names: [String] = []
        for line in listing.split(separator: UInt8(ascii: "\n")) {
            guard let entry = parse(line) else {
                // Leaving it out could hide a file for ever.
                throw .unavailable("the server lists folders in a form that cannot be read")
            }
            if entry.isRegularFile, !entry.name.hasPrefix(".") { names.append(entry.name) }
        }
        return names.sorted()
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> (isRegularFile: Bool, name: String)? {
        guard let kind = line.first, "-dlbcps".utf8.contains(kind) else { return nil }
        var rest = line
        for _ in 0..<fieldsBeforeName {
            rest = rest.drop { $0 == UInt8(ascii: " ") }.drop { $0 != UInt8(ascii: " ") }
        }
        guard rest.first == UInt8(ascii: " "), rest.count > 1 else { return nil }
        return (kind == UInt8(ascii: "-"), String(decoding: rest.dropFirst(), as: UTF8.self))
    }
}
