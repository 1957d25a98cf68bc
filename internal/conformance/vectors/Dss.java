import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.EncryptionAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.enumerations.SignaturePackaging;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;
import eu.europa.esig.dss.xades.XAdESSignatureParameters;
import eu.europa.esig.dss.xades.signature.XAdESService;
import java.io.File;
import java.security.KeyStore.PasswordProtection;
import java.util.Date;

/** Signs one document with EU DSS in the shapes that Java clients of KSeF use. See README.md. */
public class Dss {
    public static void main(String[] args) throws Exception {
        String request = args[0], keys = args[1], out = args[2];
        for (String key : new String[] {"rsa", "p256", "p384", "p521", "issued"}) {
            for (boolean en319132 : new boolean[] {false, true}) {
                String name = "dss-" + key + (en319132 ? "-v2" : "-v1") + ".xml";
                sign(request, keys + "/" + key + ".p12", out + "/" + name, en319132, SignaturePackaging.ENVELOPED, false, null);
            }
        }
        String rsa = keys + "/rsa.p12";
        sign(request, rsa, out + "/dss-enveloping-base64.xml", false, SignaturePackaging.ENVELOPING, false, null);
        sign(request, rsa, out + "/dss-enveloping-xml.xml", false, SignaturePackaging.ENVELOPING, true, null);
        sign(request, rsa, out + "/dss-pss.xml", true, SignaturePackaging.ENVELOPED, false, EncryptionAlgorithm.RSASSA_PSS);
    }

    static void sign(String request, String p12, String out, boolean en319132, SignaturePackaging packaging,
            boolean embedXml, EncryptionAlgorithm encryption) throws Exception {
        PasswordProtection password = new PasswordProtection("throwaway".toCharArray());
        try (Pkcs12SignatureToken token = new Pkcs12SignatureToken(new File(p12), password)) {
            DSSPrivateKeyEntry entry = token.getKeys().get(0);
            DigestAlgorithm digest = DigestAlgorithm.SHA256;
            if (p12.contains("384")) digest = DigestAlgorithm.SHA384;
            if (p12.contains("521")) digest = DigestAlgorithm.SHA512;

            XAdESSignatureParameters parameters = new XAdESSignatureParameters();
            parameters.setSignatureLevel(SignatureLevel.XAdES_BASELINE_B);
            parameters.setSignaturePackaging(packaging);
            parameters.setEmbedXML(embedXml);
            parameters.setDigestAlgorithm(digest);
            parameters.setEn319132(en319132);
            parameters.setSigningCertificate(entry.getCertificate());
            parameters.setCertificateChain(entry.getCertificateChain());
            if (encryption != null) parameters.setEncryptionAlgorithm(encryption);
            parameters.bLevel().setSigningDate(Date.from(entry.getCertificate().getNotBefore().toInstant().plusSeconds(3600)));

            XAdESService service = new XAdESService(new CommonCertificateVerifier());
            DSSDocument document = new FileDocument(request);
            var data = service.getDataToSign(document, parameters);
            var value = token.sign(data, parameters.getSignatureAlgorithm(), entry);
            service.signDocument(document, parameters, value).save(out);
        }
    }
}
