import CCurl
import Glibc

/// Which addresses a partner may have, checked after the name was resolved and before a connection is opened.
enum PartnerAddress {
    /// False for link-local, unspecified and multicast addresses and for the metadata services of clouds, which a
    /// name of a partner must never lead to.
    static func isAllowed(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        switch address.pointee.family {
        case AF_INET: bytes(of: address, offset: 4, count: 4).map(isAllowedIPv4) ?? false
        case AF_INET6: bytes(of: address, offset: 8, count: 16).map(isAllowedIPv6) ?? false
        default: false
        }
    }

    /// Opens what libcurl asked for, closed on exec.
    static func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let wanted = address.pointee
        return socket(wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
    }

    static func isAllowedIPv4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0, _), (169, 254), (224..., _): false
        case (100, 100): bytes != [100, 100, 100, 200]
        default: true
        }
    }

    static func isAllowedIPv6(_ bytes: [UInt8]) -> Bool {
        let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.starts(with: mappedPrefix) { return isAllowedIPv4(Array(bytes[12...])) }
        if bytes.allSatisfy({ $0 == 0 }) || bytes[0] == 0xFF { return false }
        if bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 { return false }
        return bytes != [0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]
    }

    /// The address within a `sockaddr_in` or `sockaddr_in6`, behind family and port (and flow label).
    private static func bytes(
        of address: UnsafeMutablePointer<curl_sockaddr>, offset: Int, count: Int
    ) -> [UInt8]? {
        guard Int(address.pointee.addrlen) >= offset + count,
            let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr)
        else { return nil }
        let raw = UnsafeRawPointer(address) + start + offset
        return [UInt8](UnsafeRawBufferPointer(start: raw, count: count))
    }
}
