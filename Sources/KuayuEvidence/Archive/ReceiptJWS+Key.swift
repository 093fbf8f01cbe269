extension ReceiptJWS {
    /// Name of the key that a receipt says it is signed with, the signature unchecked; nil when there is no such name.
    public static func keyID(of jws: String) -> String? {
        guard let part = jws.split(separator: ".", omittingEmptySubsequences: false).first,
            let header = Base64URL.decode(String(part))
        else { return nil }
        return ArchiveEntry(header)?["kid"]
    }
}
