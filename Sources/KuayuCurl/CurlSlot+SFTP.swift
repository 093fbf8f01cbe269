import CCurl
import KuayuGateway

extension CurlSlot {
    /// Uploads under a temporary name and renames.
    ///
    /// Returns why it cannot be.
    ///
    /// SFTP version 3, which OpenSSH speaks, refuses to rename onto a file that exists, so that one is removed first.
    func preparePut(_ file: PartnerFile, at place: SFTPPlace) -> String? {
        guard let path = SFTPPath(file.path), !path.isRoot else { return SFTPPath.refusal }
        let temporary = path.sibling(".\(path.name).part")
        setUpload(file.bytes)
        setCommands(
            [
                "*rm \(path.quoted(under: place.root))",
                "rename \(temporary.quoted(under: place.root)) \(path.quoted(under: place.root))",
            ], when: CURLOPT_POSTQUOTE)
        setPlace(place, path: temporary, isFolder: false)
        return nil
    }

    /// Lists a folder, with the kinds of its entries.
    ///
    /// Returns why it cannot be.
    func prepareList(_ folder: String, at place: SFTPPlace) -> String? {
        guard let path = SFTPPath(folder) else { return SFTPPath.refusal }
        setPlace(place, path: path, isFolder: true)
        return nil
    }

    /// Downloads a file.
    ///
    /// Returns why it cannot be.
    func prepareFetch(_ path: String, at place: SFTPPlace, limitBytes: Int) -> String? {
        guard let path = SFTPPath(path), !path.isRoot else { return SFTPPath.refusal }
        setReplyLimit(limitBytes)
        setPlace(place, path: path, isFolder: false)
        return nil
    }

    /// Renames a file.
    ///
    /// Returns why it cannot be.
    func prepareMove(_ path: String, to target: String, at place: SFTPPlace) -> String? {
        guard let path = SFTPPath(path), let target = SFTPPath(target), !path.isRoot, !target.isRoot else {
            return SFTPPath.refusal
        }
        // Without a body the folder itself is not read: the commands are all.
        set(CURLOPT_NOBODY, 1)
        setCommands(
            ["rename \(path.quoted(under: place.root)) \(target.quoted(under: place.root))"], when: CURLOPT_QUOTE)
        if let root = SFTPPath("") { setPlace(place, path: root, isFolder: true) }
        return nil
    }

    private func setPlace(_ place: SFTPPlace, path: SFTPPath, isFolder: Bool) {
        let host = place.host.utf8.contains(UInt8(ascii: ":")) ? "[\(place.host)]" : place.host
        set(CURLOPT_URL, "sftp://\(host):\(place.port)\(path.encoded(under: place.root))\(isFolder ? "/" : "")")
        set(CURLOPT_PROTOCOLS_STR, "sftp")
        set(CURLOPT_USERNAME, place.user)
        set(CURLOPT_SSH_AUTH_TYPES, kuayu_curl_ssh_publickey)
        set(CURLOPT_SSH_PRIVATE_KEYFILE, place.privateKeyPath)
        set(CURLOPT_SSH_PUBLIC_KEYFILE, place.publicKeyPath)
        set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, place.hostKeySHA256)
        set(CURLOPT_SSH_KNOWNHOSTS, nil)
        let key = SSHConnectionKey(
            host: place.host, port: place.port, user: place.user, privateKeyPath: place.privateKeyPath)
        setSSHConnection(key, hostKey: place.hostKeySHA256)
    }
}

/// A path relative to the root of an SFTP place that cannot leave it.
struct SFTPPath {
    /// What is said of a path that is refused.
    static let refusal = "the path is absolute, leaves its root or holds a control character"

    private let components: [String]

    /// Nil for absolute paths, `.` and `..`, empty components and control characters.
    ///
    /// The empty path is the root.
    init?(_ path: String) {
        var path = path[...]
        if path.hasSuffix("/") && path != "/" { path.removeLast() }
        let parts = path.isEmpty ? [] : path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
        guard isSafe else { return nil }
        components = parts
    }

    private init(components: [String]) {
        self.components = components
    }

    var isRoot: Bool { components.isEmpty }

    /// The last component.
    var name: String { components.last ?? "" }

    /// Another name in the same folder.
    func sibling(_ name: String) -> SFTPPath {
        SFTPPath(components: components.dropLast() + [name])
    }

    /// As the path of a URL, percent-encoded (RFC 3986, 2.1).
    func encoded(under root: String) -> String {
        var text = ""
        for byte in absolute(under: root).utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "/"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// As an argument of libcurl's SFTP commands: in double quotes, where a backslash protects.
    func quoted(under root: String) -> String {
        var text = "\""
        for character in absolute(under: root).unicodeScalars {
            if character == "\"" || character == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }

    private func absolute(under root: String) -> String {
        let root = root.split(separator: "/").map(String.init)
        return "/" + (root + components).joined(separator: "/")
    }
}
