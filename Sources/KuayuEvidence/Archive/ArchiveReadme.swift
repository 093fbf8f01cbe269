import KuayuModel

/// The page that goes with an archive package.
enum ArchiveReadme {
    static func text(_ caseID: CaseID) -> String {
        """
        # 归档包 · Archive of case \(caseID.text)

        **本文件夹含未脱敏的个人信息，按档案管理要求保管。**
        **This folder holds personal data in the clear; keep it as the law on archives asks.**

        ## 内容

        | 文件 | 内容 |
        |---|---|
        | `metadata.json` | 办件编号、事项、时间、归档号、规则版本 |
        | `versions/` · `events.jsonl` | 每个环节之后的完整办件（规范 JSON）和环节清单 |
        | `messages/` · `messages.jsonl` | 各枢纽报文原文和清单；`digest` 为回执所证的摘要 |
        | `receipts/` · `keys/` | 每条报文的签名回执（JWS，EdDSA）和验签公钥 |
        | `deliveries.jsonl` | 每次投递和尝试 |
        | `documents.jsonl` | 材料和证照文件的摘要与位置；文件本身不在包内 |
        | `SHA256SUMS` | 以上全部文件的摘要 |

        ## 核验

        不需要网关。在本文件夹内执行：

        ```sh
        sha256sum -c SHA256SUMS
        ```

        ```sh
        d=$(mktemp -d)
        for f in receipts/*.jws; do
          cut -d. -f1,2 "$f" | tr -d '\\n' > "$d/signed"
          printf '%s==' "$(cut -d. -f3 "$f" | tr '_-' '/+')" | openssl base64 -d -A > "$d/signature"
          result=FAILED
          for k in keys/*.pem; do
            openssl pkeyutl -verify -pubin -inkey "$k" -rawin -in "$d/signed" -sigfile "$d/signature" \\
              > /dev/null 2>&1 && result=OK
          done
          echo "$f: $result"
        done
        rm -r "$d"
        ```

        回执的正文是第二段（Base64URL）：`cut -d. -f2 receipts/0001.jws | tr '_-' '/+' | base64 -d`。
        公钥是否为网关所有，请与网关公布的公钥（`/v1/federation`）或事先留存的公钥比对。
        有程序时一步完成：`kuayu case archive --check 本文件夹`。

        ## English

        `metadata.json` names the case; `versions/` holds the case after every event, `messages/` what the hubs sent,
        `receipts/` the signed receipt of every message, `deliveries.jsonl` what was brought to whom. Documents are
        listed by digest and place, they are not in the package. The commands above need no gateway: the first checks
        the digest of every file, the second the signature of every receipt (OpenSSL 3.0 or later). Compare the key with
        the one that the gateway publishes. `kuayu case archive --check FOLDER` does all of it, and also checks that no
        version is missing.

        """
    }
}
