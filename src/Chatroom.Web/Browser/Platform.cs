// What the faces in this folder call exists in a browser only, and so does the whole assembly.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("browser")]
