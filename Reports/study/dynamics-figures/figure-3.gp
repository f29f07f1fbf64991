# Learning dynamics from base
#
# Coordinates of a model: its mean −log p of a token, nats, given all before it, on the same few
# texts for all: what the teacher that some runs learn from writes, base's own right answers to
# held-out problems, and what another teacher writes whom none of these runs learns from. Lower
# is nearer. Lines: mean over 4 seeds at each checkpoint that all have, from base (ring) to the
# end (large mark); smaller marks at steps 5, 10, 20 and 50, dots at the other checkpoints. A
# run that goes on from another one is drawn from that one's end. Ellipses: one standard
# deviation over seeds around the end (covariance with n − 1); the 95 % region of the mean,
# Hotelling's, is 3.8 times as wide. Numbers at the ends of the first panel, and the last panel:
# share of right sampled answers to held-out problems; bars: 95 % interval over seeds, t on the
# logit. Longest segment as a share of the path from base: sft 11.9 %, rl 17.8 %, sft-rl 12.3 %,
# srft 8.0 %, sft-own 13.2 %.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-3.gp
# It reads figure-3.tsv and writes figure-3.svg and figure-3.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,369 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_3' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,369./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-3.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06951
  set rmargin at screen 0.49109
  set bmargin at screen 0.54878
  set tmargin at screen 0.94851
  set border 15 linewidth 0.5
  set xrange [-0.6070364334339916:9.907080753570776]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8)
  set yrange [-0.1263512865781073:7.004454561471272]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6, '7' 7)
  set label '−log p, teacher'."'".'s texts (nats/token)' at screen 0.2803,0.49729 center noenhanced front
  set label '−log p, base'."'".'s answers (nats/token)' at screen 0.03567,0.74864 center rotate by 90 noenhanced front
  unset colorbox
  set label '' at screen 0.16183,0.97696 point pointtype 6 pointsize 0.8 linewidth 0.7 linecolor rgb '#000000'
  set label 'base' at screen 0.18858,0.97696 left font ',8' noenhanced front
  set label '' at screen 0.28484,0.97696 point pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#e69f00'
  set label 'sft' at screen 0.31159,0.97696 left font ',8' noenhanced front
  set label '' at screen 0.40785,0.97696 point pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl' at screen 0.4346,0.97696 left font ',8' noenhanced front
  set label '' at screen 0.53086,0.97696 point pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#cc79a7'
  set label 'sft-rl' at screen 0.55761,0.97696 left font ',8' noenhanced front
  set label '' at screen 0.65388,0.97696 point pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#009e73'
  set label 'srft' at screen 0.68063,0.97696 left font ',8' noenhanced front
  set label '' at screen 0.77689,0.97696 point pointtype 5 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'sft-own' at screen 0.80364,0.97696 left font ',8' noenhanced front
  plot 'figure-3.tsv' index 0 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 1 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 2 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 3 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 4 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 5 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 6 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 7 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-3.tsv' index 10 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 11 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 12 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 13 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 14 using 1:2 with points pointtype 5 pointsize 0.2 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 15 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 16 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 17 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 18 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 19 using 1:2 with points pointtype 5 pointsize 0.4 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 20 using 1:2 with points pointtype 6 pointsize 0.8 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'figure-3.tsv' index 21 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 22 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 23 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 24 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 25 using 1:2 with points pointtype 5 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 26 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 27 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 28 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 29 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 30 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.55991
  set rmargin at screen 0.98148
  set bmargin at screen 0.54878
  set tmargin at screen 0.94851
  set border 15 linewidth 0.5
  set xrange [2.077462408014747:10.236403860030183]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('3' 3, '4' 4, '5' 5, '6' 6, '7' 7, '8' 8, '9' 9, '10' 10)
  set yrange [-0.1263512865781073:7.004454561471272]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6, '7' 7)
  set label '−log p, far teacher'."'".'s texts (nats/token)' at screen 0.7707,0.49729 center noenhanced front
  set label '−log p, base'."'".'s answers (nats/token)' at screen 0.52607,0.74864 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-3.tsv' index 31 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 32 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 33 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 34 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 35 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 36 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 37 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 38 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 39 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 40 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-3.tsv' index 41 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 42 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 43 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 44 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 45 using 1:2 with points pointtype 5 pointsize 0.2 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 46 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 47 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 48 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 49 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 50 using 1:2 with points pointtype 5 pointsize 0.4 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 51 using 1:2 with points pointtype 6 pointsize 0.8 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'figure-3.tsv' index 52 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 53 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 54 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 55 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 56 using 1:2 with points pointtype 5 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 57 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 58 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 59 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 60 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 61 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06951
  set rmargin at screen 0.49109
  set bmargin at screen 0.06775
  set tmargin at screen 0.46748
  set border 15 linewidth 0.5
  set xrange [0:100]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '20' 20, '40' 40, '60' 60, '80' 80, '100' 100)
  set yrange [0.4:5.6]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('sft' 5, 'rl' 4, 'sft-rl' 3, 'srft' 2, 'sft-own' 1)
  set label 'held-out accuracy at the end (%)' at screen 0.2803,0.01626 center noenhanced front
  unset colorbox
  plot 'figure-3.tsv' index 62 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 63 using 1:2 with points pointtype 7 pointsize 0.6 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 64 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 65 using 1:2 with points pointtype 7 pointsize 0.6 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 66 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 67 using 1:2 with points pointtype 7 pointsize 0.6 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 68 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 69 using 1:2 with points pointtype 7 pointsize 0.6 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 70 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 71 using 1:2 with points pointtype 5 pointsize 0.6 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.55991
  set rmargin at screen 0.98148
  set bmargin at screen 0.06775
  set tmargin at screen 0.46748
  set border 15 linewidth 0.5
  set xrange [2.077462408014747:10.236403860030183]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('3' 3, '4' 4, '5' 5, '6' 6, '7' 7, '8' 8, '9' 9, '10' 10)
  set yrange [-0.6070364334339916:9.907080753570776]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8)
  set label '−log p, far teacher'."'".'s texts (nats/token)' at screen 0.7707,0.01626 center noenhanced front
  set label '−log p, teacher'."'".'s texts (nats/token)' at screen 0.52607,0.26762 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-3.tsv' index 72 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 73 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 74 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 75 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 76 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 77 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-3.tsv' index 78 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-3.tsv' index 79 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-3.tsv' index 80 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-3.tsv' index 81 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-3.tsv' index 82 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 83 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 84 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 85 using 1:2 with points pointtype 7 pointsize 0.2 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 86 using 1:2 with points pointtype 5 pointsize 0.2 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 87 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 88 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 89 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 90 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 91 using 1:2 with points pointtype 5 pointsize 0.4 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 92 using 1:2 with points pointtype 6 pointsize 0.8 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'figure-3.tsv' index 93 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-3.tsv' index 94 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 95 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-3.tsv' index 96 using 1:2 with points pointtype 7 pointsize 0.75 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-3.tsv' index 97 using 1:2 with points pointtype 5 pointsize 0.75 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-3.tsv' index 98 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 99 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 100 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 101 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle, \
    'figure-3.tsv' index 102 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
