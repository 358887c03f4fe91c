/**
 * The catalogue of errors: code, status, what was wrong and what to do next, in Vietnamese and English. Code throws
 * `problem('some.code', facts)`; one middleware renders it as a page or as JSON. `{name}` in a text is replaced by
 * the fact of that name, so a text can say what was found and what would be right.
 */
interface Entry {
  status: number;
  /** The OAuth or OIDC error code (RFC 6749 §5.2 and friends) when the error can reach a protocol endpoint. */
  oauth?: string;
  vi: string;
  en: string;
  nextVi: string;
  nextEn: string;
}

export const catalogue = {
  'config.invalid': {
    status: 500,
    vi: 'Tùy chọn {option} ({variable}) có giá trị "{value}" không hợp lệ.',
    en: 'Option {option} ({variable}) has the bad value "{value}".',
    nextVi: 'Giá trị đúng: {expected}.',
    nextEn: 'Expected {expected}.',
  },
  'config.unknown': {
    status: 500,
    vi: 'Không có tùy chọn {option}.',
    en: 'There is no option {option}.',
    nextVi: 'Các tùy chọn: {known}.',
    nextEn: 'Known options: {known}.',
  },
  'clients.invalid': {
    status: 500,
    vi: 'Tệp ứng dụng {file}, dòng {line}: {found}.',
    en: 'Clients file {file}, line {line}: {found}.',
    nextVi: 'Giá trị đúng: {expected}.',
    nextEn: 'Expected {expected}.',
  },
  'host.unknown': {
    status: 421,
    oauth: 'invalid_request',
    vi: 'Máy chủ này không phục vụ tên miền trong yêu cầu.',
    en: 'This server does not answer for the host name in the request.',
    nextVi: 'Hãy dùng địa chỉ {issuer}, hoặc thêm tên miền vào VNEID_ALLOWED_HOSTS.',
    nextEn: 'Use {issuer}, or add the host name to VNEID_ALLOWED_HOSTS.',
  },
  'request.notFound': {
    status: 404,
    oauth: 'invalid_request',
    vi: 'Không tìm thấy trang này.',
    en: 'This page does not exist.',
    nextVi: 'Kiểm tra lại địa chỉ, hoặc về trang chủ.',
    nextEn: 'Check the address, or go to the home page.',
  },
  'app.notOpened': {
    status: 404,
    vi: 'Không có ứng dụng nào được mở từ địa chỉ này.',
    en: 'No app is opened from this address.',
    nextVi: 'Danh sách ứng dụng có ở trang chủ. Nhà phát triển: ứng dụng cần đăng ký initiate_login_uri.',
    nextEn: 'The apps are listed on the home page. Developer: the client has to register initiate_login_uri.',
  },
  'app.foreignTarget': {
    status: 400,
    oauth: 'invalid_request',
    vi: 'Trang cần mở không thuộc ứng dụng {name}.',
    en: 'The page to open does not belong to {name}.',
    nextVi: 'Nhà phát triển: target_link_uri phải cùng nguồn (origin) với một địa chỉ mà ứng dụng đã đăng ký.',
    nextEn: 'Developer: target_link_uri has to have the origin of one of the registered addresses of the client.',
  },
  'city.foreignIssuer': {
    status: 400,
    oauth: 'invalid_request',
    vi: 'iHanoi không đăng nhập qua nơi vừa gửi bạn đến.',
    en: 'iHanoi does not sign people in at the place that sent you here.',
    nextVi: 'Bạn có thể đăng nhập bằng VNeID từ trang chủ iHanoi. Nhà phát triển: iss phải là {issuer}.',
    nextEn: 'You can sign in with VNeID from the iHanoi home page. Developer: iss has to be {issuer}.',
  },
  'request.wrongMethod': {
    status: 405,
    oauth: 'invalid_request',
    vi: 'Địa chỉ này không nhận phương thức {method}.',
    en: 'This address does not take the method {method}.',
    nextVi: 'Phương thức được nhận: {allowed}.',
    nextEn: 'It takes {allowed}.',
  },
  'request.tooLarge': {
    status: 413,
    oauth: 'invalid_request',
    vi: 'Dữ liệu gửi lên quá lớn.',
    en: 'The request body is too large.',
    nextVi: 'Giới hạn là {limit} byte.',
    nextEn: 'The limit is {limit} bytes.',
  },
  'request.malformed': {
    status: 400,
    oauth: 'invalid_request',
    vi: 'Máy chủ không đọc được dữ liệu gửi lên.',
    en: 'The request could not be read.',
    nextVi: 'Hãy gửi lại: {expected}.',
    nextEn: 'Send it again as {expected}.',
  },
  'request.unsupportedType': {
    status: 415,
    oauth: 'invalid_request',
    vi: 'Kiểu dữ liệu "{type}" không được hỗ trợ ở đây.',
    en: 'The content type "{type}" is not supported here.',
    nextVi: 'Hãy dùng {expected}.',
    nextEn: 'Use {expected}.',
  },
  'request.badField': {
    status: 422,
    oauth: 'invalid_request',
    vi: 'Trường "{field}" không đúng: {expected}.',
    en: 'The field "{field}" is not right: {expected}.',
    nextVi: 'Sửa trường này rồi gửi lại.',
    nextEn: 'Correct it and send again.',
  },
  'clock.outOfReach': {
    status: 422,
    vi: 'Đồng hồ chỉ đi tới, và không quá một trăm năm.',
    en: 'The clock only goes forward, and a hundred years at most.',
    nextVi: 'Chọn một thời điểm từ {from} đến {to}.',
    nextEn: 'Choose a time from {from} to {to}.',
  },
  'form.expired': {
    status: 403,
    vi: 'Biểu mẫu này không còn hiệu lực hoặc không thuộc về trình duyệt này.',
    en: 'This form has expired or does not belong to this browser.',
    nextVi: 'Hãy tải lại trang và thử lại.',
    nextEn: 'Reload the page and try again.',
  },
  'login.expired': {
    status: 400,
    vi: 'Phiên đăng nhập này đã hết hạn hoặc được mở ở một trình duyệt khác.',
    en: 'This sign-in has expired or was opened in another browser.',
    nextVi: 'Hãy quay lại ứng dụng và đăng nhập lại.',
    nextEn: 'Go back to the app and sign in again.',
  },
  'login.wrong': {
    status: 401,
    vi: 'Số định danh hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa.',
    en: 'The personal number or password is wrong, or the account is locked.',
    nextVi: 'Kiểm tra lại và thử lại. Quên mật khẩu hoặc bị khóa: gọi 1900.0368 (giả lập).',
    nextEn: 'Check both and try again. Forgotten or locked: call 1900.0368 (synthetic).',
  },
  'login.badNumber': {
    status: 422,
    vi: 'Số định danh cá nhân gồm đúng 12 chữ số.',
    en: 'A personal number has exactly 12 digits.',
    nextVi: 'Bạn đã nhập {length} ký tự.',
    nextEn: 'You typed {length} characters.',
  },
  'login.slowDown': {
    status: 429,
    oauth: 'slow_down',
    vi: 'Đã thử quá nhiều lần.',
    en: 'Too many attempts.',
    nextVi: 'Hãy thử lại sau {seconds} giây.',
    nextEn: 'Try again in {seconds} seconds.',
  },
  'login.busy': {
    status: 503,
    oauth: 'temporarily_unavailable',
    vi: 'Hệ thống đang có nhiều người đăng nhập.',
    en: 'Many people are signing in right now.',
    nextVi: 'Hãy thử lại sau {seconds} giây; những gì bạn đã nhập vẫn còn.',
    nextEn: 'Try again in {seconds} seconds; what you typed is still here.',
  },
  'otp.wrong': {
    status: 401,
    vi: 'Mã xác nhận không đúng.',
    en: 'The code is wrong.',
    nextVi: 'Bạn còn {left} lần thử.',
    nextEn: 'You have {left} attempts left.',
  },
  'otp.expired': {
    status: 401,
    vi: 'Mã xác nhận đã hết hạn hoặc đã được dùng.',
    en: 'The code has expired or was already used.',
    nextVi: 'Hãy yêu cầu gửi mã mới.',
    nextEn: 'Ask for a new code.',
  },
  'otp.malformed': {
    status: 422,
    vi: 'Mã xác nhận gồm đúng 6 chữ số.',
    en: 'The code has exactly 6 digits.',
    nextVi: 'Kiểm tra tin nhắn mới nhất.',
    nextEn: 'Look at the newest message.',
  },
  'passkey.malformed': {
    status: 400,
    vi: 'Máy chủ không đọc được câu trả lời của khóa truy cập.',
    en: 'The answer of the passkey could not be read.',
    nextVi: 'Hãy thử lại bằng một trình duyệt mới, hoặc dùng cách khác.',
    nextEn: 'Try again with a recent browser, or use another way.',
  },
  'passkey.unknown': {
    status: 401,
    vi: 'Khóa truy cập này không còn gắn với tài khoản nào ở đây.',
    en: 'This passkey no longer belongs to any account here.',
    nextVi: 'Hãy chọn khóa khác hoặc dùng mật khẩu; khóa này có thể xóa khỏi thiết bị.',
    nextEn: 'Choose another one or use your password; this one can be deleted from the device.',
  },
  'passkey.wrongOrigin': {
    status: 401,
    vi: 'Khóa truy cập đã trả lời cho một trang khác, không phải {origin}.',
    en: 'The passkey answered another website, not {origin}.',
    nextVi: 'Hãy xem thanh địa chỉ: có thể đó là trang giả mạo.',
    nextEn: 'Look at the address bar: it may be an impostor’s page.',
  },
  'passkey.embedded': {
    status: 401,
    vi: 'Khóa truy cập đã trả lời từ bên trong trang của một bên khác.',
    en: 'The passkey answered from inside the page of somebody else.',
    nextVi: 'Hãy mở VNeID trong một cửa sổ riêng.',
    nextEn: 'Open VNeID in a window of its own.',
  },
  'passkey.wrongChallenge': {
    status: 401,
    vi: 'Câu trả lời của khóa truy cập thuộc về một yêu cầu khác.',
    en: 'The passkey answered another request than this one.',
    nextVi: 'Hãy tải lại trang và thử lại.',
    nextEn: 'Reload the page and try again.',
  },
  'passkey.expired': {
    status: 401,
    vi: 'Yêu cầu với khóa truy cập chỉ có hiệu lực trong {minutes} phút.',
    en: 'A request to a passkey is good for {minutes} minutes.',
    nextVi: 'Trang này có yêu cầu mới; hãy thử lại.',
    nextEn: 'This page has a new one; try again.',
  },
  'passkey.used': {
    status: 401,
    vi: 'Câu trả lời này của khóa truy cập đã được dùng.',
    en: 'This answer of the passkey was already used.',
    nextVi: 'Mỗi câu trả lời chỉ dùng một lần; hãy thử lại.',
    nextEn: 'An answer is good once; try again.',
  },
  'passkey.unverified': {
    status: 401,
    vi: 'Thiết bị không xác minh rằng người dùng khóa truy cập chính là bạn.',
    en: 'The device did not verify that it is you who used the passkey.',
    nextVi: 'Hãy đặt mã PIN, vân tay hoặc khuôn mặt cho khóa, rồi thử lại.',
    nextEn: 'Set a PIN, fingerprint or face for it and try again.',
  },
  'passkey.wrongSignature': {
    status: 401,
    vi: 'Chữ ký của khóa truy cập không đúng.',
    en: 'The signature of the passkey is wrong.',
    nextVi: 'Hãy dùng một khóa khác hoặc mật khẩu.',
    nextEn: 'Use another passkey or your password.',
  },
  'passkey.foreign': {
    status: 401,
    vi: 'Khóa truy cập này trả lời dưới tên một tài khoản không phải chủ của nó.',
    en: 'The passkey answered in the name of an account that is not its owner.',
    nextVi: 'Hãy dùng một khóa khác hoặc mật khẩu.',
    nextEn: 'Use another passkey or your password.',
  },
  'passkey.changed': {
    status: 401,
    vi: 'Khóa truy cập này không còn như lúc được thêm vào.',
    en: 'This passkey is not what it was when it was added.',
    nextVi: 'Hãy đăng nhập bằng cách khác, thu hồi khóa rồi thêm lại.',
    nextEn: 'Sign in another way, revoke it and add it again.',
  },
  'passkey.counter': {
    status: 401,
    vi: 'Bộ đếm của khóa truy cập đi lùi: có thể khóa đã bị sao chép.',
    en: 'The counter of the passkey went back: it may have been copied.',
    nextVi: 'Hãy đăng nhập bằng cách khác và thu hồi khóa này.',
    nextEn: 'Sign in another way and revoke this passkey.',
  },
  'passkey.barred': {
    status: 401,
    vi: 'Hiện không thể đăng nhập bằng khóa truy cập này.',
    en: 'This passkey cannot sign in at present.',
    nextVi: 'Hãy gọi 1900.0368 (giả lập).',
    nextEn: 'Call 1900.0368 (synthetic).',
  },
  'passkey.stale': {
    status: 403,
    vi: 'Chỉ đổi được khóa truy cập trong {minutes} phút sau khi đăng nhập ở mức 2.',
    en: 'Passkeys can be changed within {minutes} minutes of a sign-in at level 2.',
    nextVi: 'Hãy đăng nhập lại rồi làm tiếp.',
    nextEn: 'Sign in again and go on.',
  },
  'passkey.algorithm': {
    status: 422,
    vi: 'Loại khóa của thiết bị này không được chấp nhận.',
    en: 'The kind of key this device made is not accepted.',
    nextVi: 'Cần EdDSA (Ed25519), ES256 (P-256) hoặc RS256 (từ 2048 bit).',
    nextEn: 'It takes EdDSA (Ed25519), ES256 (P-256) or RS256 (2048 bits or more).',
  },
  'passkey.attestation': {
    status: 422,
    vi: 'Thiết bị gửi kèm chứng nhận kiểu "{format}" mà máy chủ không hỏi.',
    en: 'The device sent an attestation, "{format}", that was not asked for.',
    nextVi: 'Hãy thử lại bằng một trình duyệt mới.',
    nextEn: 'Try again with a recent browser.',
  },
  'passkey.notDiscoverable': {
    status: 422,
    vi: 'Thiết bị không tự lưu được khóa truy cập này.',
    en: 'The device did not keep the passkey itself.',
    nextVi: 'Hãy dùng một thiết bị khác, hoặc giải phóng chỗ trên khóa bảo mật.',
    nextEn: 'Use another device, or free some room on the security key.',
  },
  'passkey.exists': {
    status: 409,
    vi: 'Khóa truy cập này đã được thêm.',
    en: 'This passkey was already added.',
    nextVi: 'Hãy dùng một thiết bị khác.',
    nextEn: 'Use another device.',
  },
  'passkey.tooMany': {
    status: 409,
    vi: 'Mỗi tài khoản có nhiều nhất {most} khóa truy cập.',
    en: 'An account has at most {most} passkeys.',
    nextVi: 'Hãy thu hồi một khóa không còn dùng.',
    nextEn: 'Revoke one that is no longer used.',
  },
  'passkey.badName': {
    status: 422,
    vi: 'Tên khóa truy cập có từ 1 đến {most} ký tự.',
    en: 'The name of a passkey has 1 to {most} characters.',
    nextVi: 'Hãy đặt tên theo thiết bị, ví dụ "Điện thoại của tôi".',
    nextEn: 'Name it after the device, such as "My phone".',
  },
  'passkey.gone': {
    status: 404,
    vi: 'Tài khoản của bạn không có khóa truy cập này.',
    en: 'Your account has no such passkey.',
    nextVi: 'Có thể khóa đã được thu hồi; hãy tải lại trang.',
    nextEn: 'It may have been revoked; reload the page.',
  },
  'lab.closed': {
    status: 404,
    vi: 'Không tìm thấy trang này.',
    en: 'This page does not exist.',
    nextVi: 'Kiểm tra lại địa chỉ, hoặc về trang chủ.',
    nextEn: 'Check the address, or go to the home page.',
  },
  'tenant.unknown': {
    status: 404,
    vi: 'Không có bản riêng nào tên là {name}.',
    en: 'There is no tenant {name}.',
    nextVi: 'Mở bản riêng bằng POST /lab/api/tenants, hoặc xem danh sách bằng GET.',
    nextEn: 'Open it with POST /lab/api/tenants, or list those there are with GET.',
  },
  'tenant.exists': {
    status: 409,
    vi: 'Đã có bản riêng tên là {name}.',
    en: 'There is a tenant {name} already.',
    nextVi: 'Chọn tên khác, hoặc đóng bản đang có trước.',
    nextEn: 'Choose another name, or remove that one first.',
  },
  'tenant.nested': {
    status: 409,
    vi: 'Bản riêng không mở được bản riêng khác ({issuer}).',
    en: 'A tenant has no tenants ({issuer}).',
    nextVi: 'Hãy gọi ở nơi phát hành gốc, không có /t/<tên>.',
    nextEn: 'Ask the installation itself, whose address has no /t/<name>.',
  },
  'tenant.clients': {
    status: 422,
    vi: 'Ứng dụng không đăng ký được: {found}.',
    en: 'A client cannot be registered: {found}.',
    nextVi: 'Giá trị đúng: {expected}.',
    nextEn: 'Expected {expected}.',
  },
  'citizen.unknown': {
    status: 404,
    vi: 'Không có công dân nào mang số {number}.',
    en: 'No citizen has the number {number}.',
    nextVi: 'Danh sách nhân vật có ở trang chủ.',
    nextEn: 'The cast is listed on the home page.',
  },
  'presentation.notYours': {
    status: 403,
    vi: 'Bạn chỉ xuất trình được giấy tờ của mình, của con dưới 14 tuổi và của người mình giám hộ.',
    en: 'You can show your own documents, those of your children under 14 and those of your wards.',
    nextVi: 'Hãy chọn một giấy tờ trong ví của bạn.',
    nextEn: 'Choose a document of your wallet.',
  },
  'presentation.noDocument': {
    status: 404,
    vi: 'Không có giấy tờ này trong ví.',
    en: 'There is no such document in the wallet.',
    nextVi: 'Có thể giấy tờ đã bị gỡ; hãy tải lại ví.',
    nextEn: 'It may have been taken out; reload the wallet.',
  },
  'presentation.unknown': {
    status: 404,
    vi: 'VNeID không phát hành mã này.',
    en: 'VNeID did not issue this code.',
    nextVi: 'Hãy đề nghị người xuất trình mở VNeID và tạo mã mới trước mặt bạn; ảnh chụp không thay được.',
    nextEn: 'Ask the holder to open VNeID and make a new code before your eyes; a picture will not do.',
  },
  'presentation.expired': {
    status: 410,
    vi: 'Mã này đã quá {seconds} giây nên không kiểm tra được nữa.',
    en: 'This code is older than {seconds} seconds and cannot be checked any more.',
    nextVi: 'Hãy đề nghị người xuất trình tạo mã mới.',
    nextEn: 'Ask the holder to make a new one.',
  },
  'presentation.withdrawn': {
    status: 410,
    vi: 'Giấy tờ này vừa được gỡ khỏi ví của người xuất trình.',
    en: 'This document has just gone from the wallet of whoever shows it.',
    nextVi: 'Hãy đề nghị người xuất trình mở lại ví và tạo mã mới.',
    nextEn: 'Ask them to open their wallet again and make a new code.',
  },
  'presentation.malformed': {
    status: 422,
    vi: 'Đây không phải là mã xuất trình: một mã gồm 22 chữ và số.',
    en: 'This is not a code of a document: one has 22 letters and digits.',
    nextVi: 'Hãy quét lại, hoặc dán cả địa chỉ dạng {issuer}/verify/….',
    nextEn: 'Scan it again, or paste the whole address, such as {issuer}/verify/….',
  },
  'presentation.printed': {
    status: 422,
    vi: 'Đây là mã QR in trên thẻ: ai cũng chép lại được nên không dùng để kiểm tra.',
    en: 'This is the QR code printed on a card: anybody can copy it, so it proves nothing.',
    nextVi: 'Hãy đề nghị người xuất trình mở VNeID và tạo mã mới.',
    nextEn: 'Ask the holder to open VNeID and make a code.',
  },
  'presentation.foreign': {
    status: 422,
    vi: 'Mã này dẫn tới {host}, không phải VNeID ở {issuer}: có thể là trang giả mạo.',
    en: 'This code leads to {host} and not to the VNeID at {issuer}: it may be an impostor’s page.',
    nextVi: 'Đừng mở địa chỉ đó. Chỉ tin kết quả hiện trên trang này.',
    nextEn: 'Do not open it. Trust only what this page shows.',
  },
  'store.full': {
    status: 503,
    oauth: 'temporarily_unavailable',
    vi: 'Máy chủ đã đầy phiên đăng nhập.',
    en: 'The server holds as many sign-ins as it can.',
    nextVi: 'Hãy thử lại sau ít phút.',
    nextEn: 'Try again in a few minutes.',
  },
  'registry.numberInvalid': {
    status: 422,
    vi: 'Số định danh {number} không hợp lệ: {foundVi}.',
    en: 'The personal number {number} is not valid: {foundEn}.',
    nextVi: 'Số đúng gồm 12 chữ số: nơi đăng ký khai sinh, thế kỷ và giới tính, năm sinh, số ngẫu nhiên.',
    nextEn: 'A valid one has 12 digits: place of birth registration, century and sex, birth year, serial.',
  },
  'registry.numberTaken': {
    status: 409,
    vi: 'Số định danh {number} đã hoặc từng thuộc về một người.',
    en: 'The personal number {number} is, or once was, somebody’s.',
    nextVi: 'Hãy dùng số khác; số đã hủy không bao giờ được cấp lại.',
    nextEn: 'Use another one; a cancelled number is never given again.',
  },
  'registry.unknown': {
    status: 404,
    vi: 'Không có công dân {id} trong cơ sở dữ liệu.',
    en: 'There is no citizen {id} in the registry.',
    nextVi: 'Kiểm tra lại mã công dân.',
    nextEn: 'Check the id.',
  },
  'registry.otherSeed': {
    status: 409,
    vi: 'Cơ sở dữ liệu này đã được tạo với hạt giống {found}, không phải {asked}.',
    en: 'This registry was made with seed {found}, not {asked}.',
    nextVi: 'Hãy dùng hạt giống {found}, hoặc một thư mục dữ liệu mới.',
    nextEn: 'Use seed {found}, or a new data folder.',
  },
  'account.unknown': {
    status: 404,
    vi: 'Không có tài khoản định danh {account}.',
    en: 'There is no account {account}.',
    nextVi: 'Hãy tìm tài khoản theo số định danh cá nhân.',
    nextEn: 'Look the account up by its personal number.',
  },
  'account.noCitizen': {
    status: 404,
    vi: 'Không có công dân {citizen} trong cơ sở dữ liệu dân cư.',
    en: 'The registry has no citizen {citizen}.',
    nextVi: 'Tài khoản chỉ mở được cho người đã có trong cơ sở dữ liệu.',
    nextEn: 'An account can only be opened for someone who is in the registry.',
  },
  'account.exists': {
    status: 409,
    vi: 'Người này đã có tài khoản định danh điện tử.',
    en: 'This person already has an electronic identity account.',
    nextVi: 'Mỗi người có một tài khoản; hãy dùng tài khoản đó.',
    nextEn: 'A person has one account; use that one.',
  },
  'password.short': {
    status: 422,
    vi: 'Mật khẩu cần ít nhất {least} ký tự.',
    en: 'A password has at least {least} characters.',
    nextVi: 'Bạn đã nhập {length} ký tự; một câu ngắn dễ nhớ là tốt nhất.',
    nextEn: 'You typed {length}; a short sentence you can remember is best.',
  },
  'password.long': {
    status: 422,
    vi: 'Mật khẩu có nhiều nhất {most} ký tự.',
    en: 'A password has at most {most} characters.',
    nextVi: 'Hãy chọn mật khẩu ngắn hơn.',
    nextEn: 'Choose a shorter one.',
  },
  'password.common': {
    status: 422,
    vi: 'Mật khẩu này nằm trong số những mật khẩu bị đoán đầu tiên.',
    en: 'This password is among those that are guessed first.',
    nextVi: 'Hãy tránh tên, ngày sinh, số định danh của bạn và những từ quen thuộc.',
    nextEn: 'Avoid your name, birthday, personal number and well-known words.',
  },
  'passcode.malformed': {
    status: 422,
    vi: 'Passcode gồm đúng 6 chữ số.',
    en: 'A passcode has exactly 6 digits.',
    nextVi: 'Nhập lại passcode.',
    nextEn: 'Type it again.',
  },
  'passcode.common': {
    status: 422,
    vi: 'Passcode này quá dễ đoán.',
    en: 'This passcode is too easy to guess.',
    nextVi: 'Tránh sáu số giống nhau hoặc liên tiếp.',
    nextEn: 'Avoid six equal digits and digits in a row.',
  },
  'passcode.wrong': {
    status: 401,
    vi: 'Passcode không đúng.',
    en: 'The passcode is wrong.',
    nextVi: 'Bạn còn {left} lần thử.',
    nextEn: 'You have {left} attempts left.',
  },
  'passcode.locked': {
    status: 403,
    vi: 'Passcode đã bị khóa hoặc chưa được đặt.',
    en: 'The passcode is locked, or none was set.',
    nextVi: 'Hãy kích hoạt lại điện thoại bằng mật khẩu và mã xác nhận để đặt passcode mới.',
    nextEn: 'Activate the phone again with password and code to set a new one.',
  },
  'passcode.differ': {
    status: 422,
    vi: 'Hai lần nhập passcode không giống nhau.',
    en: 'The two passcodes are not the same.',
    nextVi: 'Nhập lại cả hai.',
    nextEn: 'Type both again.',
  },
  'consent.changed': {
    status: 409,
    vi: 'Ứng dụng vừa thay đổi điều đang hỏi bạn.',
    en: 'The app has just changed what it asks of you.',
    nextVi: 'Hãy đọc lại rồi quyết định.',
    nextEn: 'Read it again, then decide.',
  },
  'consent.unknown': {
    status: 404,
    vi: 'Không có sự đồng ý nào như vậy của bạn.',
    en: 'You gave no such consent.',
    nextVi: 'Hãy xem lại mục “Dữ liệu đã chia sẻ”.',
    nextEn: 'Look at “Shared data” again.',
  },
  'activation.expired': {
    status: 410,
    vi: 'Lần kích hoạt này đã hết hạn, hoặc được bắt đầu ở trình duyệt khác.',
    en: 'This activation has expired, or was begun in another browser.',
    nextVi: 'Hãy bắt đầu lại; mỗi lần kích hoạt có 15 phút.',
    nextEn: 'Begin again; an activation has 15 minutes.',
  },
  'activation.notNow': {
    status: 409,
    vi: 'Bước này chưa đến lượt, hoặc đã xong.',
    en: 'This step is not due, or is done.',
    nextVi: 'Hãy làm bước đang hiện trên màn hình.',
    nextEn: 'Take the step that is shown.',
  },
  'activation.noCard': {
    status: 422,
    vi: 'Không có thẻ căn cước còn giá trị nào của bạn để đọc chip.',
    en: 'You have no valid identity card whose chip could be read.',
    nextVi: 'Hãy xác nhận trên điện thoại cũ, hoặc đến cơ quan công an để được cấp thẻ.',
    nextEn: 'Approve it on your old phone, or go to a police office for a card.',
  },
  'face.differs': {
    status: 401,
    vi: 'Khuôn mặt không khớp với chủ tài khoản.',
    en: 'The face does not match the account holder.',
    nextVi: 'Hãy thử lại, hoặc dùng passcode nếu yêu cầu cho phép.',
    nextEn: 'Try again, or use the passcode where the request allows it.',
  },
  'face.noCamera': {
    status: 422,
    vi: 'Điện thoại này không có camera.',
    en: 'This phone has no camera.',
    nextVi: 'Hãy dùng passcode nếu yêu cầu cho phép, hoặc đổi điện thoại.',
    nextEn: 'Use the passcode where the request allows it, or change the phone.',
  },
  'phone.unknown': {
    status: 404,
    vi: 'Điện thoại này chưa được kích hoạt, hoặc không còn được dùng.',
    en: 'This phone is not activated, or no longer in use.',
    nextVi: 'Hãy kích hoạt điện thoại.',
    nextEn: 'Activate the phone.',
  },
  'account.barred': {
    status: 403,
    vi: 'Tài khoản này đang không dùng được.',
    en: 'This account cannot be used at present.',
    nextVi: 'Gọi 1900.0368 (giả lập) hoặc đến cơ quan công an nơi gần nhất.',
    nextEn: 'Call 1900.0368 (synthetic) or go to the nearest police office.',
  },
  'approval.unknown': {
    status: 404,
    vi: 'Không có yêu cầu xác nhận này, hoặc mã QR không phải của VNeID.',
    en: 'There is no such request, or the QR code is not one of VNeID.',
    nextVi: 'Hãy lấy mã mới trên trang đăng nhập rồi quét lại.',
    nextEn: 'Get a new code on the sign-in page and scan again.',
  },
  'approval.none': {
    status: 404,
    vi: 'Không có yêu cầu nào đang chờ điện thoại này trả lời.',
    en: 'Nothing waits for an answer on this phone.',
    nextVi: 'Hãy bắt đầu một lần đăng nhập cần đến điện thoại, hoặc nêu mã của yêu cầu.',
    nextEn: 'Begin a sign-in that asks the phone, or name the request.',
  },
  'approval.expired': {
    status: 410,
    vi: 'Yêu cầu xác nhận đã hết hạn.',
    en: 'The request has expired.',
    nextVi: 'Hãy tạo yêu cầu mới trên trang đăng nhập.',
    nextEn: 'Make a new one on the sign-in page.',
  },
  'approval.answered': {
    status: 409,
    vi: 'Yêu cầu này đã được trả lời hoặc đã được thay bằng yêu cầu khác.',
    en: 'This request was answered or replaced by another.',
    nextVi: 'Không cần làm gì thêm; nếu không phải bạn, hãy khóa tài khoản.',
    nextEn: 'Nothing more is to be done; if it was not you, lock your account.',
  },
  'approval.secondScan': {
    status: 409,
    vi: 'Mã QR này đã được quét bằng một điện thoại khác, nên không còn giá trị.',
    en: 'This QR code was scanned by another phone, so it is no longer good.',
    nextVi: 'Hãy lấy mã mới và không để người khác nhìn thấy.',
    nextEn: 'Get a new code and let nobody else see it.',
  },
  'approval.otherPerson': {
    status: 403,
    vi: 'Yêu cầu này dành cho một người khác.',
    en: 'This request is for another person.',
    nextVi: 'Người đang đăng nhập phải dùng điện thoại của chính mình.',
    nextEn: 'Whoever signs in has to use their own phone.',
  },
  'approval.level': {
    status: 403,
    vi: 'Tài khoản mức 1 không đăng nhập được bằng mã QR.',
    en: 'An account of level 1 cannot sign in by QR code.',
    nextVi: 'Đến cơ quan công an để nâng lên mức 2.',
    nextEn: 'Go to a police office to raise it to level 2.',
  },
  'approval.number': {
    status: 403,
    vi: 'Số bạn chọn không phải số hiện trên trang đăng nhập, nên yêu cầu đã bị hủy.',
    en: 'The number you chose is not the one on the sign-in page, so the request was cancelled.',
    nextVi: 'Nếu bạn đang đăng nhập, hãy tạo yêu cầu mới. Nếu không, có người đang thử vào tài khoản của bạn.',
    nextEn: 'If you are signing in, make a new request. If not, somebody is trying to get into your account.',
  },
  'approval.choose': {
    status: 422,
    vi: 'Bạn chưa chọn số hiện trên trang đăng nhập.',
    en: 'You have not chosen the number that the sign-in page shows.',
    nextVi: 'Chọn đúng số rồi xác nhận. Không thấy trang nào như vậy thì hãy từ chối.',
    nextEn: 'Choose it and approve. If you see no such page, decline.',
  },
  'approval.factors': {
    status: 422,
    vi: 'Yêu cầu này cần xác nhận đạt mức {level}.',
    en: 'This request has to be confirmed at level {level}.',
    nextVi: 'Mức 2: passcode hoặc khuôn mặt; mức 3: khuôn mặt; mức 4: khuôn mặt và passcode.',
    nextEn: 'Level 2: passcode or face; level 3: face; level 4: face and passcode.',
  },
  'device.noCode': {
    status: 422,
    vi: 'Bạn chưa nhập mã.',
    en: 'You have not entered a code.',
    nextVi: 'Nhập 8 chữ cái hiện trên thiết bị.',
    nextEn: 'Enter the 8 letters that the device shows.',
  },
  'device.unknown': {
    status: 422,
    vi: 'Không có mã này.',
    en: 'There is no such code.',
    nextVi: 'So từng chữ cái với mã trên thiết bị rồi nhập lại. Mã chỉ có phụ âm, không có chữ số.',
    nextEn: 'Compare it with the device letter by letter and enter it again. Codes have consonants only, no digits.',
  },
  'device.expired': {
    status: 410,
    vi: 'Mã này đã hết hạn.',
    en: 'This code has expired.',
    nextVi: 'Bắt đầu lại trên thiết bị để có mã mới, rồi nhập mã đó.',
    nextEn: 'Start again on the device for a new code, and enter that.',
  },
  'device.used': {
    status: 409,
    vi: 'Mã này đã được dùng.',
    en: 'This code was already used.',
    nextVi: 'Bắt đầu lại trên thiết bị để có mã mới. Nếu người dùng mã không phải là bạn, hãy rời khỏi thiết bị đó.',
    nextEn: 'Start again on the device for a new code. If it was not you who used it, leave that device alone.',
  },
  'device.failed': {
    status: 400,
    vi: 'Không đăng nhập được trên thiết bị; thiết bị đã được báo.',
    en: 'The device could not be signed in, and has been told so.',
    nextVi: 'Bắt đầu lại trên thiết bị để có mã mới.',
    nextEn: 'Start again on the device for a new code.',
  },
  'oauth.invalid_request': {
    status: 400,
    oauth: 'invalid_request',
    vi: 'Yêu cầu của ứng dụng không hợp lệ.',
    en: 'The app sent a request that is not valid.',
    nextVi: 'Nhà phát triển: xem chi tiết bên dưới và sửa yêu cầu.',
    nextEn: 'Developer: see the details below and correct the request.',
  },
  'oauth.invalid_client': {
    status: 401,
    oauth: 'invalid_client',
    vi: 'Ứng dụng này chưa được đăng ký, hoặc không chứng minh được danh tính của nó.',
    en: 'This app is not registered, or could not prove who it is.',
    nextVi: 'Nhà phát triển: kiểm tra client_id và cách xác thực của ứng dụng trong tệp clients.',
    nextEn: 'Developer: check client_id and the client authentication in the clients file.',
  },
  'oauth.invalid_redirect_uri': {
    status: 400,
    oauth: 'invalid_redirect_uri',
    vi: 'Địa chỉ quay về không nằm trong danh sách đã đăng ký của ứng dụng.',
    en: 'The address to return to is not one the app has registered.',
    nextVi: 'Nhà phát triển: redirect_uri phải trùng từng ký tự với một địa chỉ đã đăng ký.',
    nextEn: 'Developer: redirect_uri has to equal a registered address, character by character.',
  },
  'oauth.invalid_scope': {
    status: 400,
    oauth: 'invalid_scope',
    vi: 'Ứng dụng hỏi dữ liệu ngoài phạm vi đã thỏa thuận.',
    en: 'The app asked for data beyond what was agreed.',
    nextVi: 'Nhà phát triển: scope phải nằm trong phạm vi đăng ký của ứng dụng.',
    nextEn: 'Developer: scope has to be within what the client is registered for.',
  },
  'oauth.invalid_grant': {
    status: 400,
    oauth: 'invalid_grant',
    vi: 'Mã hoặc thẻ này không đúng, đã hết hạn hoặc đã được dùng.',
    en: 'This code or token is wrong, expired or already used.',
    nextVi: 'Bắt đầu lại việc đăng nhập.',
    nextEn: 'Start the sign-in again.',
  },
  'oauth.invalid_token': {
    status: 401,
    oauth: 'invalid_token',
    vi: 'Thẻ truy cập không đúng hoặc đã hết hạn.',
    en: 'The access token is wrong or has expired.',
    nextVi: 'Đăng nhập lại hoặc làm mới thẻ.',
    nextEn: 'Sign in again or refresh the token.',
  },
  'oauth.insufficient_scope': {
    status: 403,
    oauth: 'insufficient_scope',
    vi: 'Thẻ truy cập không có quyền này.',
    en: 'The access token does not carry this permission.',
    nextVi: 'Nhà phát triển: hỏi scope cần thiết khi đăng nhập.',
    nextEn: 'Developer: ask for the scope at sign-in.',
  },
  'oauth.invalid_dpop_proof': {
    status: 400,
    oauth: 'invalid_dpop_proof',
    vi: 'Bằng chứng DPoP không hợp lệ hoặc đã được dùng.',
    en: 'The DPoP proof is not valid or was already used.',
    nextVi: 'Nhà phát triển: tạo bằng chứng mới cho mỗi yêu cầu.',
    nextEn: 'Developer: make a new proof for each request.',
  },
  'oauth.unauthorized_client': {
    status: 400,
    oauth: 'unauthorized_client',
    vi: 'Ứng dụng không được phép dùng cách đăng nhập này.',
    en: 'The app may not use this way of signing in.',
    nextVi: 'Nhà phát triển: kiểm tra grant_types và response_types đã đăng ký.',
    nextEn: 'Developer: check the registered grant_types and response_types.',
  },
  'oauth.unsupported_grant_type': {
    status: 400,
    oauth: 'unsupported_grant_type',
    vi: 'Loại cấp quyền này không được hỗ trợ.',
    en: 'This grant type is not supported.',
    nextVi: 'Nhà phát triển: xem grant_types_supported trong discovery.',
    nextEn: 'Developer: see grant_types_supported in discovery.',
  },
  'oauth.unsupported_response_type': {
    status: 400,
    oauth: 'unsupported_response_type',
    vi: 'Kiểu trả lời này không được hỗ trợ.',
    en: 'This response type is not supported.',
    nextVi: 'Nhà phát triển: dùng response_type=code.',
    nextEn: 'Developer: use response_type=code.',
  },
  'oauth.access_denied': {
    status: 403,
    oauth: 'access_denied',
    vi: 'Yêu cầu bị từ chối.',
    en: 'The request was refused.',
    nextVi: 'Hãy quay lại ứng dụng và thử lại.',
    nextEn: 'Go back to the app and try again.',
  },
  'oauth.authorization_pending': {
    status: 400,
    oauth: 'authorization_pending',
    vi: 'Người dân chưa trả lời.',
    en: 'The citizen has not answered yet.',
    nextVi: 'Nhà phát triển: hỏi lại sau khoảng interval giây.',
    nextEn: 'Developer: ask again after interval seconds.',
  },
  'oauth.slow_down': {
    status: 400,
    oauth: 'slow_down',
    vi: 'Ứng dụng hỏi quá nhanh.',
    en: 'The app asks too quickly.',
    nextVi: 'Nhà phát triển: đợi thêm 5 giây giữa hai lần hỏi.',
    nextEn: 'Developer: wait 5 seconds longer between two polls.',
  },
  'oauth.expired_token': {
    status: 400,
    oauth: 'expired_token',
    vi: 'Yêu cầu này đã hết hạn trước khi người dân trả lời.',
    en: 'The request expired before the citizen answered.',
    nextVi: 'Bắt đầu lại việc đăng nhập.',
    nextEn: 'Start the sign-in again.',
  },
  'oauth.session_not_found': {
    status: 400,
    oauth: 'invalid_request',
    vi: 'Phiên đăng nhập này đã hết hạn hoặc được mở ở một trình duyệt khác.',
    en: 'This sign-in has expired or was opened in another browser.',
    nextVi: 'Hãy quay lại ứng dụng và đăng nhập lại.',
    nextEn: 'Go back to the app and sign in again.',
  },
  'oauth.server_error': {
    status: 500,
    oauth: 'server_error',
    vi: 'Máy chủ gặp lỗi ngoài dự kiến.',
    en: 'The server met an unexpected error.',
    nextVi: 'Hãy thử lại sau ít phút.',
    nextEn: 'Try again in a few minutes.',
  },
  'server.error': {
    status: 500,
    oauth: 'server_error',
    vi: 'Máy chủ gặp lỗi ngoài dự kiến.',
    en: 'The server met an unexpected error.',
    nextVi: 'Hãy thử lại; nếu còn lỗi, báo mã {request}.',
    nextEn: 'Try again; if it persists, report {request}.',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

/** Whether the catalogue has this code. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

export type Facts = Record<string, string | number>;

/** A sentence about an error and one about what to do next, in one language. */
export interface Explanation {
  text: string;
  next: string;
}

/** A catalogued error. `message` is the English text, so that a stack trace can be read. */
export class VneidError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly facts: Facts;
  /** Headers the answer carries, such as Retry-After. */
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, facts: Facts, headers: Record<string, string>) {
    super(fill(`${catalogue[code].en} ${catalogue[code].nextEn}`, facts));
    this.name = 'VneidError';
    this.code = code;
    this.status = catalogue[code].status;
    this.facts = facts;
    this.headers = headers;
  }

  /** The text and next step in the reader's language. */
  explain(language: 'vi' | 'en'): Explanation {
    const entry = catalogue[this.code];
    return language === 'vi'
      ? { text: fill(entry.vi, this.facts), next: fill(entry.nextVi, this.facts) }
      : { text: fill(entry.en, this.facts), next: fill(entry.nextEn, this.facts) };
  }
}

/** Makes a catalogued error to throw. */
export function problem(code: ErrorCode, facts: Facts = {}, headers: Record<string, string> = {}): VneidError {
  return new VneidError(code, facts, headers);
}

function fill(text: string, facts: Facts): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''));
}
