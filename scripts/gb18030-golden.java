// Prints the GB 18030 code of every Unicode scalar, as a line "SCALAR CODE" in hexadecimal, and on standard error the
// FNV-1a digest (64 bits) of all codes in order, which Tests/KuayuFormatsTests/GB18030Tests.swift expects.
// Needs an OpenJDK with the edition of 2022 (17.0.10 and later): java scripts/gb18030-golden.java > codes.txt

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;

class Gb18030Golden {
    public static void main(String[] arguments) throws Exception {
        CharsetEncoder encoder = Charset.forName("GB18030").newEncoder();
        PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        long digest = 0xcbf29ce484222325L;
        for (int scalar = 0; scalar < 0x110000; scalar++) {
            if (scalar >= 0xD800 && scalar < 0xE000) continue;
            ByteBuffer code = encoder.encode(CharBuffer.wrap(Character.toChars(scalar)));
            StringBuilder hex = new StringBuilder();
            while (code.hasRemaining()) {
                int octet = code.get() & 0xFF;
                digest = (digest ^ octet) * 0x100000001b3L;
                hex.append(String.format("%02x", octet));
            }
            out.println(Integer.toHexString(scalar) + " " + hex);
        }
        out.close();
        System.err.println(Long.toHexString(digest));
    }
}
