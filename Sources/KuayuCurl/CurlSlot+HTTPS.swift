import CCurl
import KuayuGateway

extension CurlSlot {
    /// Sets up one exchange over mutual TLS.
    ///
    /// Returns why it cannot be.
    func prepareExchange(_ request: PartnerRequest) -> String? {
        guard request.url.hasPrefix("https://") else { return "only https is spoken to partners" }
        switch request.method {
        case "GET" where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case "POST": setPostBody(request.body)
        default: return "only GET without a body and POST are spoken to partners"
        }
        guard let lines = headerLines(of: request) else { return "a header holds a character that no header may hold" }
        setHeaderLines(lines)
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "https")
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        set(CURLOPT_HTTP_VERSION, kuayu_curl_http_1_1)
        set(CURLOPT_HTTP09_ALLOWED, 0)
        setLimits(
            connectMilliseconds: request.limits.connectMilliseconds,
            totalMilliseconds: request.limits.totalMilliseconds)
        setReplyLimit(request.limits.replyBytes)
        setTLS(request.tls)
        return nil
    }

    private func headerLines(of request: PartnerRequest) -> [String]? {
        // No "Expect: 100-continue", which costs a round trip, and no media type that nobody chose.
        var lines = ["Expect:"]
        let namesType = request.headers.contains { $0.name.lowercased() == "content-type" }
        if !namesType { lines.append("Content-Type:") }
        for (name, value) in request.headers {
            guard let line = HeaderLine.make(name: name, value: value) else { return nil }
            lines.append(line)
        }
        return lines
    }

    private func setTLS(_ tls: PartnerTLS) {
        set(CURLOPT_SSLVERSION, kuayu_curl_tls_1_2)
        // For TLS 1.2 authenticated encryption only; TLS 1.3 has nothing else.
        set(CURLOPT_SSL_CIPHER_LIST, "ECDHE+AESGCM:ECDHE+CHACHA20")
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_CAINFO, tls.authorityPath)
        // Distributions build in a folder of public authorities that would be believed besides ours.
        set(CURLOPT_CAPATH, nil)
        // Authorities are read again within a minute of being exchanged on disk.
        set(CURLOPT_CA_CACHE_TIMEOUT, 60)
        // A resumed session would outlive a certificate that has been exchanged; connections are kept instead.
        set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        set(CURLOPT_SSLCERT, tls.certificatePath)
        set(CURLOPT_SSLKEY, tls.keyPath)
        // Whose certificate it is, is looked at before the request is begun.
        set(CURLOPT_CERTINFO, 1)
        if !tls.pins.isEmpty {
            set(CURLOPT_PINNEDPUBLICKEY, tls.pins.map { "sha256//\($0)" }.joined(separator: ";"))
        }
    }
}
