#include "words/closed.h"

/* clang-format off */
const char hlwords_closed_syllables[] =
    "và của có các trong là cho người được không với đã một khi tại ở để ông bị những về "
    "này đến từ ra vào trên sẽ cũng theo như sau nhiều đang còn do nhưng phải bà chỉ thì "
    "mà đó lại rất hơn anh nói chị nếu cùng bằng vì nên qua trước tôi hai giữa dưới "
    "ngoài đây kia ấy nào gì ai sao đâu mỗi mọi từng cả chưa chẳng vẫn luôn thường hay "
    "hoặc rồi nữa thế vậy lên xuống tới đi lúc nơi năm tháng ngày giờ con cái chiếc cuộc "
    "việc sự nó họ em cháu cô chú bác ba bốn sáu bảy tám chín mười trăm nghìn triệu tỷ "
    "đồng khá quá lắm cần muốn bởi tuy dù hãy đừng thêm vừa mới đều ngay càng hết xong "
    "ít gần kể";

const char *const hlwords_closed_words[] = {
    "có thể", "không thể", "chưa thể", "chẳng thể", "có lẽ", "một số", "đối với", "như vậy",
    "như thế", "thế này", "thế kia", "thế ấy", "bao giờ", "bao nhiêu", "bao lâu", "bấy giờ",
    "bấy nhiêu", "vì vậy", "vì thế", "vì sao", "tại sao", "tuy nhiên", "tuy vậy", "tuy thế",
    "ngoài ra", "hơn nữa", "thế nào", "thế là", "thế mà", "thế nhưng", "thì ra",
    "trước đây", "trước kia", "trước mắt", "trước hết", "trước tiên", "sau này", "sau cùng",
    "hiện nay", "hiện tại", "hiện thời", "đồng thời", "thật ra", "thực ra", "thật sự",
    "thực sự", "dường như", "hình như", "không những", "không chỉ", "chẳng những", "mặc dù",
    "mặc dầu", "bởi vì", "bởi vậy", "bởi thế", "cho nên", "cho dù", "dù sao", "nếu như",
    "giá như", "nhất là", "kể cả", "mà còn", "ngay cả", "thay vì", "do đó", "do vậy",
    "nhờ vậy", "nhờ đó", "một mình", "một cách", "một chút", "một ít", "một vài",
    "người ta", "chúng tôi", "chúng ta", "chúng nó", "chúng mình", "bọn họ", "anh ta",
    "cô ta", "ông ta", "bà ta", "hắn ta", "anh ấy", "cô ấy", "lúc nào", "khi nào", "nào đó",
    "ở đâu", "làm sao", "ra sao", "vì đâu", "cuối cùng", "đầu tiên", "ngày càng",
    "ngày nay", "ngày mai", "hôm nay", "hôm qua", "hôm sau", "hôm trước", "hôm kia",
    "bây giờ", "lập tức", "luôn luôn", "vừa qua", "vừa mới", "tất cả", "hầu hết", "hầu như",
    "gần như", "ít nhất", "ít ra", "ít nhiều", "nhiều nhất", "nhất định", "nhất thiết",
    "nói chung", "nói riêng", "chẳng hạn", "tức là", "nghĩa là", "hết sức", "vô cùng",
    "cực kỳ", "có vẻ", "có khi", "đôi khi", "đôi lúc", "có điều", "miễn là", "hay là",
    "hoặc là", "với lại", "vả lại", "trở lại", "trở về", "trở nên", "trở thành", "trở đi",
    "qua lại", "cùng nhau", "lẫn nhau", "với nhau", "thỉnh thoảng", "thường xuyên",
    "thường thường", "dần dần", "từ từ", "mãi mãi", "đương nhiên", "tất nhiên", "dĩ nhiên",
    "quả thật", "quả là", "đúng là", "chính là", "phải chăng", "lẽ ra", "đáng lẽ", "may ra",
    "xem ra", "té ra", "hóa ra", "như thế nào", NULL,
};
/* clang-format on */
